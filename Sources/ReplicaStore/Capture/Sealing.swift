internal import Changesets
internal import GRDB

/// A closed local transaction: its number, its time, and where it ends in the change log.
struct Seal {
    var seq: UInt64
    var time: HybridTime
    var lastChange: Int64
    var isImport: Bool

    /// Imported columns bear time zero, so that any edit wins over an import and two imports of one
    /// file are one; the dot is an ordinary one.
    func stamp(by replica: ReplicaID) -> Stamp {
        Stamp(time: isImport && !planted(.importsWithTime) ? .zero : time, dot: Dot(replica: replica, seq: seq))
    }
}

extension WriteTransaction {
    private static let nonceBytes = 8

    /// Gives everything logged since the last seal a seq, a time and a nonce. Writes made outside
    /// Offbook are sealed as a transaction of their own by the next Offbook write.
    package func seal(asImport isImport: Bool = false) throws {
        guard let last = try lastUnsealed() else { return }
        if planted(.sealedStampReused), identity.lastSeq > 2 {
            return try execute(
                "UPDATE seals SET last_change = ? WHERE seq = (SELECT max(seq) FROM seals)", [.integer(last)])
        }
        identity.lastSeq += 1
        identity.lastTime = identity.lastTime.next(now: now)
        let sql = "INSERT INTO seals (seq, hlc, nonce, last_change, imported) VALUES (?, ?, ?, ?, ?)"
        try database.keptStatement(sql).execute(
            arguments: [identity.lastSeq, identity.lastTime.rawValue, newNonce().blob, last, isImport])
    }

    /// The number of the last change, where it is not sealed yet.
    private func lastUnsealed() throws -> Int64? {
        let sql = """
            SELECT max(n), (SELECT max(last_change) FROM seals WHERE last_change IS NOT NULL) FROM change_log
            """
        return try statement(sql).first([]) { row in
            row.value(0).integer.flatMap { $0 > row.integer(1) ? $0 : nil }
        } ?? nil
    }

    func newNonce() -> [UInt8] { random.bytes(Self.nonceBytes) }

    func unfoldedSeals() throws -> [Seal] {
        try Row.fetchAll(
            database,
            sql: "SELECT seq, hlc, last_change, imported FROM seals WHERE last_change IS NOT NULL ORDER BY seq"
        ).map {
            Seal(
                seq: UInt64($0[0] as Int64), time: HybridTime(rawValue: $0[1]), lastChange: $0[2], isImport: $0[3])
        }
    }

    /// Every entry has been folded: the log starts afresh.
    func forgetLog() throws {
        try database.execute(sql: "DELETE FROM change_log")
        try database.execute(sql: "UPDATE seals SET last_change = NULL WHERE last_change IS NOT NULL")
    }
}
