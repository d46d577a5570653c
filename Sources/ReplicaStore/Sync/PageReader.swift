internal import Changesets
internal import GRDB
internal import SyncEngine

/// Reads the newest states of rows in the order of publication, a page at a time.
struct PageReader {
    private static let rowBytesMax = 5 << 19

    private let database: Database
    private let bounds: PageBounds
    private let clocks: ClockTable
    private let rows: RowTables
    private let keys: SQLStatement
    private let last: Int64

    struct Reading {
        var page = ChangesetPage()
        /// The position of the last row looked at.
        var position: Int64
        var isComplete = true
        /// Rows that no page can hold.
        var oversized: [RowDenial] = []
    }

    /// - Parameters:
    ///   - dirtyOnly: only what differs from what the server last had of us.
    ///   - last: nothing that was published later.
    init(
        _ database: Database, _ tables: SyncedTables, _ bounds: PageBounds, dirtyOnly: Bool = false,
        upTo last: Int64 = .max
    ) throws {
        self.database = database
        self.bounds = bounds
        clocks = try ClockTable(database)
        rows = RowTables(database, tables)
        let filter = dirtyOnly ? "dirty = 1 AND" : ""
        keys = try SQLStatement(
            database,
            """
            SELECT tbl, id, clock, position FROM row_clocks
            WHERE \(filter) position > ? AND position <= ? ORDER BY position
            """)
        self.last = last
    }

    func read(after position: Int64) throws -> Reading {
        var reading = Reading(position: position)
        var assembly = PageAssembly()
        try keys.bind([.integer(position), .integer(last)])
        while try keys.step() {
            if assembly.bytes >= bounds.bytes || assembly.rows >= bounds.rows || assembly.isFull {
                reading.isComplete = false
                break
            }
            try add(to: &assembly, &reading)
        }
        reading.page = assembly.page
        return reading
    }

    private func add(to assembly: inout PageAssembly, _ reading: inout Reading) throws {
        reading.position = keys.integer(3)
        guard let id = keys.rowID(1) else { return }
        let key = RowKey(table: Int(keys.integer(0)), id: id)
        let packed = keys.bytes(2)
        guard let (state, table) = try rows.state(key, clocks.unpack(packed)) else {
            let name = try rows[key.table].table.name
            throw ReplicaError(.damaged, "row \(id) of \(name) has a clock but no values; run offbook doctor")
        }
        let size = state.values.reduce(64 + packed.count) { $0 + $1.byteCount }
        if size > Self.rowBytesMax {
            let reason = "the row has \(size) bytes, and \(Self.rowBytesMax) can travel"
            reading.oversized.append(RowDenial(table: table.name, row: id, reason: reason))
        } else {
            assembly.add(state, of: table, size: size)
        }
    }
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
