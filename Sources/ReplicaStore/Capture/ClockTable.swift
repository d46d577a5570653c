internal import Changesets
internal import GRDB

/// The packed clocks of a replica file, and the numbers that they name replicas by.
final class ClockTable {
    struct Entry {
        var clock: RowClock
        var position: Int64
        var isDirty: Bool
        /// Of the state that was last published; nil where none was.
        var hash: UInt64?
    }

    private let database: Database
    private var numbering: StoredNumbering
    private let select: SQLStatement
    private let upsert: SQLStatement
    private let clean: SQLStatement
    private let publish: SQLStatement
    private let hashing: SQLStatement
    private let mark: SQLStatement
    private let clear: SQLStatement

    init(_ database: Database) throws {
        self.database = database
        numbering = try StoredNumbering(database)
        select = try SQLStatement(
            database, "SELECT clock, position, dirty, hash FROM row_clocks WHERE tbl = ? AND id = ?")
        upsert = try SQLStatement(
            database,
            """
            INSERT INTO row_clocks (tbl, id, clock, position, dirty) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (tbl, id) DO UPDATE
            SET clock = excluded.clock, position = excluded.position, dirty = excluded.dirty
            """)
        publish = try SQLStatement(
            database,
            """
            INSERT INTO row_clocks (tbl, id, clock, position, dirty, hash) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (tbl, id) DO UPDATE
            SET clock = excluded.clock, position = excluded.position, dirty = excluded.dirty, hash = excluded.hash
            """)
        clean = try SQLStatement(database, "UPDATE row_clocks SET dirty = 0 WHERE tbl = ? AND id = ?")
        hashing = try SQLStatement(database, "UPDATE row_clocks SET hash = ? WHERE tbl = ? AND id = ?")
        mark = try SQLStatement(database, "UPDATE row_clocks SET dirty = 1 WHERE tbl = ? AND id = ? AND dirty <> 1")
        clear = try SQLStatement(database, "UPDATE row_clocks SET dirty = 0 WHERE tbl = ? AND id = ? AND dirty = 2")
    }

    func entry(_ key: RowKey) throws -> Entry? {
        try select.first([.integer(Int64(key.table)), .blob(key.id)]) {
            Entry(
                clock: try unpack($0.bytes(0)), position: $0.integer(1), isDirty: $0.integer(2) != 0,
                hash: $0.hash(3))
        }
    }

    func unpack(_ bytes: [UInt8]) throws -> RowClock { try RowClock(packed: bytes[...], numbering) }

    /// Where the entry has no hash, one that is there stays.
    func store(_ key: RowKey, _ entry: Entry) throws {
        let packed = try entry.clock.packed(&numbering)
        let values: [Value] = [
            .integer(Int64(key.table)), .blob(key.id), .blob(packed[...]), .integer(entry.position),
            .integer(entry.isDirty ? 1 : 0),
        ]
        try entry.hash == nil ? upsert.run(values) : publish.run(values + [Value(hash: entry.hash)])
    }

    func setHash(_ hash: UInt64?, of key: RowKey) throws {
        try hashing.run([Value(hash: hash), .integer(Int64(key.table)), .blob(key.id)])
    }

    /// Gives a row that is called otherwise from now on the clock of just the same history: its position
    /// and all else that is noted of it stay.
    func move(_ key: RowKey, to place: RowKey, _ clock: RowClock) throws {
        let names: [Value] = [.integer(Int64(place.table)), .integer(Int64(key.table)), .blob(key.id)]
        try SQLStatement(database, "UPDATE row_clocks SET tbl = ?1, clock = ?4 WHERE tbl = ?2 AND id = ?3")
            .run(names + [.blob(try clock.packed(&numbering)[...])])
        try SQLStatement(database, "UPDATE damaged_rows SET tbl = ?1 WHERE tbl = ?2 AND id = ?3").run(names)
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

extension Value {
    init(hash: UInt64?) { self = hash.map { .integer(Int64(bitPattern: $0)) } ?? .null }
}

extension SQLStatement {
    /// Nil for NULL.
    func hash(_ column: Int) -> UInt64? {
        if case .integer(let bits) = value(column) { UInt64(bitPattern: bits) } else { nil }
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
