import Changesets
import FoundationEssentials
import GRDB
import ReplicaStore

/// How many bytes the packed clocks of a replica file have.
struct ClockSizes {
    struct Group {
        let table: String
        let rows: Int
        let mean: Double
    }

    let tables: [Group]
    /// The largest clock, and how many replicas are in it.
    let largest: (table: String, bytes: Double, writers: Int)

    var rows: Int { tables.map(\.rows).reduce(0, +) }
    var mean: Double { tables.map { $0.mean * Double($0.rows) }.reduce(0, +) / Double(max(1, rows)) }

    init(_ path: String) throws {
        let queue = try DatabaseQueue(path: path)
        let names = Dictionary(uniqueKeysWithValues: SyncedTables.shipped.all.map { ($0.number, $0.name) })
        tables = try queue.read { database in
            try Row.fetchAll(database, sql: "SELECT tbl, count(*), avg(length(clock)) FROM row_clocks GROUP BY tbl")
                .map { Group(table: names[$0[0]] ?? "?", rows: $0[1], mean: $0[2]) }
        }
        let row = try queue.read { database in
            try Row.fetchOne(database, sql: "SELECT tbl, clock FROM row_clocks ORDER BY length(clock) DESC LIMIT 1")
        }
        guard let row else { throw BenchError("\(path) holds no rows") }
        let packed = [UInt8](row[1] as Data)
        let clock = try RowClock(packed: packed[...], AnyNumbering())
        largest = (names[row[0]] ?? "?", Double(packed.count), clock.edits.entries.count)
        try queue.close()
    }
}

/// Some id for each number: who it is does not matter.
private struct AnyNumbering: ReplicaNumbering {
    mutating func number(of replica: ReplicaID) throws -> UInt64 { throw BenchError("nothing is packed here") }

    func replica(numbered number: UInt64) throws(ChangesetError) -> ReplicaID {
        let bytes = withUnsafeBytes(of: number.bigEndian) { Array(repeating: 0, count: 8) + Array($0) }
        guard let replica = ReplicaID(bytes) else { throw .malformed("a replica id not of 16 bytes") }
        return replica
    }
}
