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
            if assembly.bytes >= bounds.bytes || assembly.rows >= bounds.rows {
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
        let table = try rows[Int(keys.integer(0))]
        let packed = keys.bytes(2)
        let clock = try clocks.unpack(packed)
        guard let values = try table.values(of: id, isAlive: clock.isAlive) else {
            throw ReplicaError(
                .damaged, "row \(id) of \(table.table.name) has a clock but no values; run offbook doctor")
        }
        let size = values.reduce(64 + packed.count) { $0 + $1.byteCount }
        if size > Self.rowBytesMax {
            let reason = "the row has \(size) bytes, and \(Self.rowBytesMax) can travel"
            reading.oversized.append(RowDenial(table: table.table.name, row: id, reason: reason))
        } else {
            assembly.add(RowState(id: id, clock: clock, values: values), of: table.table, size: size)
        }
    }
}

/// Collects rows of mixed tables into one batch a table.
private struct PageAssembly {
    private var order: [Int] = []
    private var batches: [Int: RowBatch] = [:]
    private(set) var bytes = 0
    private(set) var rows = 0

    mutating func add(_ row: RowState, of table: SyncedTable, size: Int) {
        if batches[table.number] == nil {
            order.append(table.number)
            batches[table.number] = RowBatch(table: table.name, columns: table.columns, rows: [])
        }
        batches[table.number]?.rows.append(row)
        bytes += size
        rows += 1
    }

    var page: ChangesetPage { ChangesetPage(batches: order.compactMap { batches[$0] }) }
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
