internal import Changesets
internal import GRDB
internal import SyncEngine

/// Finds what nobody needs to know of any more, and takes it out: tombstones whose time is over, roots
/// with all that belongs to them.
struct Collecting {
    private let transaction: WriteTransaction
    /// Deletions up to here, Unix milliseconds.
    private let deletedUntil: Int64
    private let acknowledged: VersionVector
    /// What every replica that is waited for has applied.
    private let applied: Int64
    private let rowsMax: Int
    private(set) var outcome = CollectionOutcome()

    /// - Parameter rowsMax: about so many rows at once.
    init(_ transaction: WriteTransaction, _ terms: CollectionTerms, rowsMax: Int) throws {
        self.transaction = transaction
        self.rowsMax = rowsMax
        deletedUntil = transaction.now - terms.retention
        acknowledged = try transaction.reading.acknowledgedVector()
        applied = try transaction.reading.appliedByAll(at: transaction.now, terms)
    }

    mutating func run() throws {
        let tables = transaction.tables
        for table in tables.all.filter(tables.isRoot) + tables.all.filter({ !tables.isRoot($0) }) {
            for key in try dead(table) where try !collect(key, table) { return }
        }
    }

    private func dead(_ table: SyncedTable) throws -> [RowKey] {
        guard !table.isImmutable else { return [] }
        var found: [RowKey] = []
        let select = try transaction.statement("SELECT id FROM \(CaptureSchema.graveyard(table)) ORDER BY id")
        try select.forEach { if let id = $0.rowID(0) { found.append(RowKey(table: table.number, id: id)) } }
        return found
    }

    /// - Returns: false where this is enough for one transaction.
    private mutating func collect(_ key: RowKey, _ table: SyncedTable) throws -> Bool {
        // A row that was hidden with its root is gone by now.
        guard let entry = try transaction.clocks.entry(key), !entry.clock.isAlive, isDue(entry.clock) else {
            return true
        }
        let rows = try [key] + (transaction.tables.isRoot(table) ? transaction.children(of: key) : [])
        guard outcome.rows == 0 || outcome.rows + rows.count <= rowsMax else {
            outcome.hasMore = true
            return false
        }
        guard try rows.allSatisfy(isKnownToAll) else {
            outcome.waiting += 1
            outcome.awaitedPosition = try rows.reduce(outcome.awaitedPosition) {
                max($0, try transaction.clocks.entry($1)?.position ?? 0)
            }
            return true
        }
        for row in rows { try drop(row) }
        outcome.tombstones += 1
        return true
    }

    private func isDue(_ clock: RowClock) -> Bool {
        guard let time = clock.deletion?.time ?? clock.stamps.map(\.time).max() else { return false }
        return time.milliseconds <= deletedUntil
    }

    /// Whether every replica that is waited for has it, and has sent all that it wrote before.
    private func isKnownToAll(_ key: RowKey) throws -> Bool {
        guard let entry = try transaction.clocks.entry(key) else { return true }
        if planted(.collectedTooEarly) { return true }
        return entry.position <= applied && entry.clock.isCovered(by: acknowledged)
    }

    private mutating func drop(_ key: RowKey) throws {
        guard let entry = try transaction.clocks.entry(key) else { return }
        // While it is known who could read it.
        try transaction.noteCollected(key, appliedThrough: entry.position)
        try transaction.publishNotes(of: key)
        try transaction.eraseWithJournal(key)
        outcome.rows += 1
    }

    /// To be called where something was collected.
    func raiseFloor() throws { try transaction.raiseFloor(to: acknowledged) }
}

/// What one round of collecting did.
struct CollectionOutcome {
    var rows = 0
    var tombstones = 0
    /// Tombstones whose time is over, and that somebody may not know yet.
    var waiting = 0
    /// The last position of those that wait.
    var awaitedPosition: Int64 = 0
    var hasMore = false
}

extension ReadTransaction {
    func appliedByAll(at now: Int64, _ terms: CollectionTerms) throws -> Int64 {
        try peers().filter { $0.isLive(at: now, terms) }.map(\.position).min() ?? .max
    }
}

extension WriteTransaction {
    /// Has the others told, in the order of publication.
    fileprivate func noteCollected(_ key: RowKey, appliedThrough position: Int64) throws {
        try execute(
            """
            INSERT INTO collected (tbl, id, position, audience)
            VALUES (?1, ?2, ?3, (SELECT audience FROM row_clocks WHERE tbl = ?1 AND id = ?2))
            ON CONFLICT (tbl, id) DO UPDATE SET position = excluded.position, audience = excluded.audience
            """, key.values + [.integer(nextPosition())])
        try execute("UPDATE collection SET through = max(through, ?)", [.integer(position)])
    }

    /// Forgets which rows were collected, or left for others, where all that are waited for know it.
    func forgetCollected(_ terms: CollectionTerms) throws {
        let applied = try reading.appliedByAll(at: now, terms)
        let known: [Value] = [.integer(applied)]
        for table in ["collected", "departures"] {
            try execute(
                """
                UPDATE collection SET through = max(through, (SELECT max(position) FROM \(table) WHERE position <= ?1))
                WHERE EXISTS (SELECT 1 FROM \(table) WHERE position <= ?1)
                """, known)
            try execute("DELETE FROM \(table) WHERE position <= ?", known)
        }
    }
}
