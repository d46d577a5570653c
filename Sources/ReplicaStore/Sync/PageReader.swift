internal import Changesets
internal import GRDB
internal import SyncEngine

/// Reads the newest states of rows in the order of publication, a page at a time.
struct PageReader {
    private let database: Database
    private let bounds: PageBounds
    private let clocks: ClockTable
    private let rows: RowTables
    private let keys: SQLStatement
    private let last: Int64
    private let selection: PageSelection
    private let dirtyOnly: Bool

    struct Reading {
        var page = ChangesetPage()
        /// The position of the last row looked at.
        var position: Int64
        var isComplete = true
        /// Of rows asked for by name, how many were looked at.
        var lookedAt = 0
        /// Rows that no page can hold.
        var oversized: [RowDenial] = []
        /// Of dirty rows: those of the page.
        var sent: [SentRow] = []
    }

    /// - Parameters:
    ///   - dirtyOnly: only what differs from what the server last had of us.
    ///   - last: nothing that was published later.
    ///   - selection: only these.
    init(
        _ database: Database, _ tables: SyncedTables, _ bounds: PageBounds, dirtyOnly: Bool = false,
        upTo last: Int64 = .max, _ selection: PageSelection = PageSelection()
    ) throws {
        self.database = database
        self.bounds = bounds
        self.dirtyOnly = dirtyOnly
        clocks = try ClockTable(database)
        rows = RowTables(database, tables)
        let filter = dirtyOnly ? "dirty = 1 AND" : ""
        keys = try SQLStatement(
            database,
            """
            SELECT tbl, id, clock, position, audience FROM row_clocks
            WHERE \(filter) position > ? AND position <= ?
              AND NOT EXISTS (SELECT 1 FROM damaged_rows AS d WHERE d.tbl = row_clocks.tbl AND d.id = row_clocks.id)
            ORDER BY position
            """)
        self.last = last
        self.selection = selection
    }

    func read(after position: Int64) throws -> Reading {
        var reading = Reading(position: position)
        var assembly = PageAssembly()
        try keys.bind([.integer(position), .integer(last)])
        while try keys.step() {
            guard selection.contains(keys) else {
                reading.position = keys.integer(3)
                continue
            }
            if assembly.bytes >= bounds.bytes || assembly.rows >= bounds.rows || assembly.isFull {
                reading.isComplete = false
                break
            }
            try add(keys, to: &assembly, &reading)
        }
        reading.page = assembly.page
        return reading
    }

    /// The states of the first rows of a list, as many as go into a page. Rows that are not here, or are
    /// not published, are passed over.
    func read(_ names: [RowName]) throws -> Reading {
        var reading = Reading(position: 0)
        var assembly = PageAssembly()
        let select = try SQLStatement(
            database,
            "SELECT tbl, id, clock, position, audience FROM row_clocks WHERE tbl = ? AND id = ? AND hash IS NOT NULL")
        for name in names where assembly.bytes < bounds.bytes && assembly.rows < bounds.rows && !assembly.isFull {
            reading.lookedAt += 1
            guard let table = try rows.table(named: name.table) else { continue }
            try select.bind([.integer(Int64(table.number)), .blob(name.row)])
            if try select.step(), selection.contains(select) { try add(select, to: &assembly, &reading) }
        }
        reading.page = assembly.page
        return reading
    }

    private func add(_ keys: SQLStatement, to assembly: inout PageAssembly, _ reading: inout Reading) throws {
        reading.position = keys.integer(3)
        guard let id = keys.rowID(1) else { return }
        let key = RowKey(table: Int(keys.integer(0)), id: id)
        let packed = keys.bytes(2)
        guard let (state, table) = try rows.state(key, clocks.unpack(packed)) else {
            let name = try rows[key.table].table.name
            throw ReplicaError(.damaged, "row \(id) of \(name) has a clock but no values; run offbook doctor")
        }
        let weight = state.weight(packed.count)
        if weight > RowState.weightMax {
            let reason = "the row has \(weight) bytes, and \(RowState.weightMax) can travel"
            reading.oversized.append(RowDenial(table: table.name, row: id, reason: reason))
        } else {
            assembly.add(state, of: table, size: weight)
            if dirtyOnly { reading.sent.append(SentRow(key: key, hash: state.hash(of: table.shape))) }
        }
    }
}

/// Rows that somebody may read, and that they do not have.
struct PageSelection {
    var readable = Readable(nil)
    /// What they have already: up to a position, all that they could read then.
    var held: (readable: Readable, position: Int64)?

    /// - Parameter row: with the position and the audience as columns 3 and 4.
    func contains(_ row: SQLStatement) -> Bool {
        if planted(.pagesForEverybody) { return true }
        let audience = row.value(4).integer
        guard readable.contains(audience) else { return false }
        guard let held else { return true }
        return row.integer(3) > held.position || !held.readable.contains(audience)
    }
}

extension RowState {
    /// A row of more can't travel.
    static let weightMax = 5 << 19

    /// About the bytes that the row takes in a page.
    ///
    /// - Parameter clockBytes: those of its packed clock.
    func weight(_ clockBytes: Int) -> Int { values.reduce(64 + clockBytes) { $0 + $1.byteCount } }
}

extension Value {
    fileprivate var byteCount: Int {
        switch self {
        case .null: 1
        case .integer, .real: 8
        case .text(let bytes), .blob(let bytes): bytes.count
        }
    }
}
