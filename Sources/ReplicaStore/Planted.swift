internal import Changesets
internal import Synchronization

/// What a planted mistake does where one line can't say it. Empty but in a build with OFFBOOK_PLANT.
enum Planted {
    #if OFFBOOK_PLANT
    private static let journal = Mutex<[(RowState, RowKey)]>([])
    private static let seen = Mutex<(transaction: ObjectIdentifier, vector: VersionVector)?>(nil)

    /// A journal row waits until the join has been committed.
    static func putsOff(_ row: RowState, _ key: RowKey) -> Bool {
        guard planted(.journalOutsideTransaction) else { return false }
        journal.withLock { $0.append((row, key)) }
        return true
    }

    /// The journal of a join that has been committed, as a transaction of its own.
    static func writeLater(_ replica: Replica) throws {
        let rows = journal.withLock { rows in
            defer { rows = [] }
            return rows
        }
        guard !rows.isEmpty else { return }
        try replica.write { transaction in
            try transaction.withoutCapture { for (row, key) in rows { try write(row, key, transaction) } }
        }
    }

    private static func write(_ row: RowState, _ key: RowKey, _ transaction: WriteTransaction) throws {
        guard try transaction.clocks.entry(key) == nil else { return }
        try transaction.rows[key.table].write(key.id, row.values, isAlive: true, wasAlive: nil)
        let entry = ClockTable.Entry(clock: row.clock, position: transaction.nextPosition(), isDirty: true)
        try transaction.clocks.store(key, entry)
    }

    /// Whether a vector over all rows says that there is nothing new in this one.
    static func skips(_ row: RowState, _ transaction: WriteTransaction) throws -> Bool {
        guard planted(.rowsSkippedByVector), !row.clock.edits.isEmpty else { return false }
        let name = ObjectIdentifier(transaction)
        if let known = seen.withLock({ $0 }), known.transaction == name {
            return !row.clock.edits.exceeds(known.vector)
        }
        var vector = VersionVector()
        try SQLStatement(transaction.database, "SELECT clock FROM row_clocks").forEach { row in
            vector.join(try transaction.clocks.unpack(row.bytes(0)).edits)
        }
        seen.withLock { [vector] in $0 = (name, vector) }
        return !row.clock.edits.exceeds(vector)
    }
    #else
    @inline(__always) static func putsOff(_ row: RowState, _ key: RowKey) -> Bool { false }
    @inline(__always) static func writeLater(_ replica: Replica) throws {}
    @inline(__always) static func skips(_ row: RowState, _ transaction: WriteTransaction) throws -> Bool { false }
    #endif
}
