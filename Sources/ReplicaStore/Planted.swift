internal import Changesets
internal import Synchronization

/// What a planted mistake does where one line can't say it. Empty but in a build with OFFBOOK_PLANT.
enum Planted {
    #if OFFBOOK_PLANT
    private static let seen = Mutex<(transaction: ObjectIdentifier, vector: VersionVector)?>(nil)

    /// Ends the transaction in the middle of a join, and begins another one.
    static func commitEarly(_ transaction: WriteTransaction) throws {
        try transaction.identity.store(transaction.database)
        for sql in ["COMMIT", "BEGIN IMMEDIATE"] { try SQLStatement(transaction.database, sql).run([]) }
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
    @inline(__always) static func commitEarly(_ transaction: WriteTransaction) throws {}
    @inline(__always) static func skips(_ row: RowState, _ transaction: WriteTransaction) throws -> Bool { false }
    #endif
}
