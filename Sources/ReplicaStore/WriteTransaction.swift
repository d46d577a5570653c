internal import CSQLiteSupport
package import Changesets
internal import FoundationEssentials
internal import GRDB
internal import GRDBSQLite

/// One write to a replica: exclusive, atomic, and sealed as it commits. Only valid within the
/// closure that got it.
package final class WriteTransaction {
    let database: Database
    /// Unix milliseconds when the transaction began, by the server's clock where ours is far off.
    package let now: Int64
    package let random: RandomSource
    /// The synced tables of this replica.
    package let tables: SyncedTables
    var identity: ReplicaIdentity
    private(set) lazy var rows = RowTables(database, tables)
    private(set) lazy var audiences = AudienceTable(database)
    private var clockTable: ClockTable?
    private var digestFound: HashSum?
    private var digestNow: HashSum?
    private var captures: Bool
    private var persona: Persona?
    private var seen = SeenRows.all
    /// Judges what is written; nil where all may be.
    private var authority: PersonaAuthority?
    var statements: [String: SQLStatement] = [:]
    var edits: [EditShape: SQLStatement] = [:]

    init(_ database: Database, _ surroundings: Surroundings, capturing: Bool) throws {
        self.database = database
        captures = capturing
        try database.requireWritable()
        try database.switchTriggers(capturing)
        identity = try ReplicaIdentity(database)
        random = surroundings.random
        tables = surroundings.schema.tables
        now = surroundings.clock() &+ identity.clockOffset
        if let successor = identity.retiredInto {
            throw ReplicaError(.retired, "this library has moved into workspace \(successor); run the command again")
        }
    }

    package var replica: ReplicaID { identity.replica }
    package var workspace: RowID { identity.workspace }
    package var user: RowID { persona?.user ?? identity.user }
    package var reading: ReadTransaction { ReadTransaction(database, tables, seen, persona?.user) }

    /// From now on somebody reads and writes who may not do everything.
    func act(as persona: Persona, _ seen: SeenRows) throws {
        self.persona = persona
        self.seen = seen
        authority = try PersonaAuthority(self, persona)
    }

    /// Who judges it knows it: neither would go.
    func end() { authority = nil }

    /// - Parameter values: nil for a delete.
    /// - Throws: `ReplicaError.denied`.
    func judge(_ table: SyncedTable, _ id: RowID, _ values: [String: Value]?) throws {
        try authority?.judge(table, id, values)
    }

    /// The id of a row without a natural key.
    package func newID() -> RowID { .uuid7(at: now, random) }

    var clocks: ClockTable {
        get throws {
            if let clockTable { return clockTable }
            let table = try ClockTable(database)
            clockTable = table
            return table
        }
    }

    /// Of all rows that have a hash.
    var digest: HashSum {
        get throws {
            if let digestNow { return digestNow }
            let found = try reading.publishedDigest()
            (digestFound, digestNow) = (found, found)
            return found
        }
    }

    func changeDigest(_ change: (inout HashSum) -> Void) throws {
        var digest = try digest
        change(&digest)
        digestNow = digest
    }

    private func storeDigest() throws {
        guard let digestNow, digestNow != digestFound else { return }
        try execute(
            "UPDATE digest SET rows = ?, sum = ?",
            [.integer(Int64(clamping: digestNow.rows)), .integer(Int64(bitPattern: digestNow.sum))])
    }

    func nextPosition() -> Int64 {
        identity.lastPosition += 1
        return identity.lastPosition
    }

    /// Seals and folds, so that every row's clock is up to date.
    func fold() throws {
        try seal()
        var folding = Folding(self)
        try folding.run()
        try noteCrowdedPrompts()
    }

    /// Runs `body` with all triggers off: what a merge writes is not an edit.
    func withoutCapture<T>(_ body: () throws -> T) throws -> T { try capturing(false, body) }

    /// Runs `body` with triggers, whatever else this transaction does.
    func withCapture<T>(_ body: () throws -> T) throws -> T { try capturing(true, body) }

    private func capturing<T>(_ wanted: Bool, _ body: () throws -> T) throws -> T {
        guard captures != wanted else { return try body() }
        captures = wanted
        try database.switchTriggers(wanted)
        let result = Result { try body() }
        captures = !wanted
        try database.switchTriggers(!wanted)
        return try result.get()
    }

    /// - Throws: where an edit would be lost.
    func requireCapture() throws {
        guard captures else { throw ReplicaError(.internalFault, "an edit in a transaction that captures none") }
    }

    func finish() throws {
        try seal()
        try storeDigest()
        try audiences.store()
        try identity.store(database)
    }
}

extension Database {
    func withoutTriggers<T>(_ body: () throws -> T) throws -> T {
        try switchTriggers(false)
        let result = Result { try body() }
        try switchTriggers(true)
        return try result.get()
    }

    /// Of whoever may not write each write fails, also one that turns out to have nothing to write.
    fileprivate func requireWritable() throws {
        if sqlite3_db_readonly(sqliteConnection, "main") == 1 { throw DatabaseError(resultCode: .SQLITE_READONLY) }
    }

    fileprivate func switchTriggers(_ isOn: Bool) throws {
        guard offbook_enable_triggers(sqliteConnection, isOn ? 1 : 0) == 0 else {
            throw ReplicaError(.internalFault, "SQLite would not switch triggers")
        }
    }
}

/// Who this replica is and where its counters stand.
struct ReplicaIdentity {
    var workspace: RowID
    var replica: ReplicaID
    var nodeName: String
    var user: RowID
    var epoch: [UInt8]
    var home: String
    var lastSeq: Int64
    var lastTime: HybridTime
    var lastPosition: Int64
    var retiredInto: RowID?
    /// What to add to this machine's clock, in milliseconds.
    var clockOffset: Int64
    /// What is left to be done of a purge.
    var wipe: WipeDue
    var newestSeal: NewestSeal
    private var stored = StoredCounters()

    init(_ database: Database) throws {
        let sql = """
            SELECT workspace_id, replica_id, node_name, user_id, epoch, last_seq, last_hlc, last_position,
                   retired_into, clock_offset, home, wipe_due, s.seq, s.hlc, s.last_change
            FROM replica LEFT JOIN seals AS s ON s.seq = (SELECT max(seq) FROM seals)
            """
        // Each write reads it.
        guard let identity = try SQLStatement(database, sql).first([], Self.init(stored:)) ?? nil else {
            throw ReplicaError(.damaged, "this library does not say who it is; restore it, or make it anew and sync")
        }
        self = identity
    }

    private init?(stored row: SQLStatement) {
        guard let workspace = row.rowID(0), let replica = row.rowID(1).flatMap({ ReplicaID($0.bytes) }),
            let user = row.rowID(3)
        else { return nil }
        self.workspace = workspace
        self.replica = replica
        self.user = user
        nodeName = row.value(2).text ?? ""
        epoch = row.bytes(4)
        stored = StoredCounters(
            seq: row.integer(5), time: HybridTime(rawValue: row.integer(6)), position: row.integer(7),
            wipe: WipeDue(rawValue: row.integer(11)) ?? .file)
        newestSeal = NewestSeal(
            seq: row.integer(12), time: HybridTime(rawValue: row.integer(13)), lastChange: row.integer(14))
        lastSeq = max(stored.seq, newestSeal.seq)
        lastTime = planted(.clockNotPersisted) ? .zero : max(stored.time, newestSeal.time)
        lastPosition = stored.position
        retiredInto = row.rowID(8)
        clockOffset = row.integer(9)
        home = row.value(10).text ?? ""
        wipe = stored.wipe
    }

    /// Writes what the newest seal does not say.
    func store(_ database: Database) throws {
        let isSaid = lastSeq == max(stored.seq, newestSeal.seq) && lastTime == max(stored.time, newestSeal.time)
        guard !isSaid || lastPosition != stored.position || wipe != stored.wipe else { return }
        try SQLStatement(database, "UPDATE replica SET last_seq = ?, last_hlc = ?, last_position = ?, wipe_due = ?")
            .run([.integer(lastSeq), .integer(lastTime.rawValue), .integer(lastPosition), .integer(wipe.rawValue)])
    }
}

/// What the row of `replica` has.
private struct StoredCounters {
    var seq: Int64 = 0
    var time = HybridTime.zero
    var position: Int64 = 0
    var wipe = WipeDue.nothing
}
