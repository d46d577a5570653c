internal import Changesets
internal import GRDB

/// The packed clocks of a replica file, and the numbers that they name replicas by.
final class ClockTable {
    struct Entry {
        var clock: RowClock
        var position: Int64
        var isDirty: Bool
    }

    private var numbering: StoredNumbering
    private let select: SQLStatement
    private let upsert: SQLStatement
    private let clean: SQLStatement
    private let mark: SQLStatement
    private let clear: SQLStatement

    init(_ database: Database) throws {
        numbering = try StoredNumbering(database)
        select = try SQLStatement(database, "SELECT clock, position, dirty FROM row_clocks WHERE tbl = ? AND id = ?")
        upsert = try SQLStatement(
            database,
            """
            INSERT INTO row_clocks (tbl, id, clock, position, dirty) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (tbl, id) DO UPDATE
            SET clock = excluded.clock, position = excluded.position, dirty = excluded.dirty
            """)
        clean = try SQLStatement(database, "UPDATE row_clocks SET dirty = 0 WHERE tbl = ? AND id = ?")
        mark = try SQLStatement(database, "UPDATE row_clocks SET dirty = 1 WHERE tbl = ? AND id = ? AND dirty <> 1")
        clear = try SQLStatement(database, "UPDATE row_clocks SET dirty = 0 WHERE tbl = ? AND id = ? AND dirty = 2")
    }

    func entry(_ key: RowKey) throws -> Entry? {
        try select.first([.integer(Int64(key.table)), .blob(key.id)]) {
            Entry(clock: try unpack($0.bytes(0)), position: $0.integer(1), isDirty: $0.integer(2) != 0)
        }
    }

    func unpack(_ bytes: [UInt8]) throws -> RowClock { try RowClock(packed: bytes[...], numbering) }

    func store(_ key: RowKey, _ entry: Entry) throws {
        let packed = try entry.clock.packed(&numbering)
        try upsert.run([
            .integer(Int64(key.table)), .blob(key.id), .blob(packed[...]), .integer(entry.position),
            .integer(entry.isDirty ? 1 : 0),
        ])
    }

    func markClean(_ key: RowKey) throws {
        try clean.run([.integer(Int64(key.table)), .blob(key.id)])
    }

    func clearDoubt(_ key: RowKey) throws {
        try clear.run([.integer(Int64(key.table)), .blob(key.id)])
    }

    func markDirty(_ key: RowKey) throws {
        try mark.run([.integer(Int64(key.table)), .blob(key.id)])
    }
}

/// Numbers replicas as the table `replicas` has them, adding those it has not.
private struct StoredNumbering: ReplicaNumbering {
    private let insert: SQLStatement
    private var numbers: [ReplicaID: UInt64] = [:]
    private var replicas: [UInt64: ReplicaID] = [:]

    init(_ database: Database) throws {
        insert = try SQLStatement(database, "INSERT INTO replicas (number, id) VALUES (?, ?)")
        try SQLStatement(database, "SELECT number, id FROM replicas").forEach {
            guard let replica = ReplicaID($0.bytes(1)) else { return }
            numbers[replica] = UInt64($0.integer(0))
            replicas[UInt64($0.integer(0))] = replica
        }
    }

    mutating func number(of replica: ReplicaID) throws -> UInt64 {
        if let number = numbers[replica] { return number }
        let number = UInt64(replicas.count)
        try insert.run([.integer(Int64(number)), .blob(replica.rowID)])
        numbers[replica] = number
        replicas[number] = replica
        return number
    }

    func replica(numbered number: UInt64) throws(ChangesetError) -> ReplicaID {
        guard let replica = replicas[number] else { throw .malformed("a replica number outside its dictionary") }
        return replica
    }
}
