internal import Changesets
internal import ReplicaStore

/// Names a row of a replica.
struct Key: Hashable, Comparable, CustomStringConvertible {
    var table: Int
    var id: RowID

    init(_ table: SyncedTable, _ id: RowID) {
        self.table = table.number
        self.id = id
    }

    static func < (a: Key, b: Key) -> Bool { a.table != b.table ? a.table < b.table : a.id < b.id }

    var description: String { "\(tables[table]?.name ?? "?") \(id.hex.suffix(8))" }
}

let tables = Dictionary(uniqueKeysWithValues: SyncedTables.later.all.map { ($0.number, $0) })

/// What a replica's file holds of a row: its clock, and its values from the side that it lies on.
struct StoredRow: Equatable {
    var clock: RowClock
    var values: [Value]
    /// Whether it lies among the living.
    var isPresent: Bool
}

/// Reads rows with their clocks straight from the file.
final class RowReading: ReplicaNumbering {
    private let shell: Shell
    private let reading: LaterReading
    private var replicas: [UInt64: ReplicaID] = [:]

    init(_ shell: Shell) {
        self.shell = shell
        reading = LaterReading(shell)
    }

    /// The rows whose state changed after a position, in the order in which they did.
    func rows(after position: Int64) throws -> [(key: Key, row: StoredRow, position: Int64)] {
        try readReplicas()
        let found = try shell.run(
            "SELECT tbl, id, clock, position FROM row_clocks WHERE position > ? ORDER BY position",
            [.integer(position)])
        return try found.map { columns in
            guard let table = try columns[0].integer.flatMap({ try reading.table(numbered: $0) }),
                let bytes = columns[1].blob,
                let id = RowID(bytes), let clock = columns[2].blob, let position = columns[3].integer
            else { throw Violation(.damage, "a clock's row can't be read") }
            return (Key(table, id), try row(Key(table, id), RowClock(packed: clock, self)), position)
        }
    }

    func row(_ key: Key) throws -> StoredRow? {
        try readReplicas()
        guard let table = tables[key.table] else { return nil }
        let clock = try shell.run(
            "SELECT clock FROM row_clocks WHERE tbl = ? AND id = ?",
            [.integer(try reading.number(of: table)), .blob(key.id)])
        return try clock.first?[0].blob.map { try row(key, RowClock(packed: $0, self)) }
    }

    private func row(_ key: Key, _ clock: RowClock) throws -> StoredRow {
        guard let table = tables[key.table], let row = try reading.row(key.id, table, clock) else {
            throw Violation(.damage, "\(key) has a clock and no values")
        }
        return row
    }

    private func readReplicas() throws {
        guard try shell.integer("SELECT count(*) FROM replicas") != Int64(replicas.count) else { return }
        replicas = [:]
        for row in try shell.run("SELECT number, id FROM replicas") {
            guard let number = row[0].integer, let id = row[1].blob.flatMap({ ReplicaID($0) }) else { continue }
            replicas[UInt64(number)] = id
        }
    }

    func number(of replica: ReplicaID) throws -> UInt64 { throw SimulationError("nothing is written here") }

    func replica(numbered number: UInt64) throws(ChangesetError) -> ReplicaID {
        guard let replica = replicas[number] else { throw .malformed("a replica number outside its dictionary") }
        return replica
    }
}
