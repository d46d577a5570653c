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
        try addSeal(now: now, through: last, isImport)
    }

    /// - Parameter last: in the change log; nil where only clocks change.
    func addSeal(now: Int64, through last: Int64? = nil, _ isImport: Bool = false) throws {
        identity.lastSeq += 1
        identity.lastTime = identity.lastTime.next(now: now)
        identity.newestSeal = NewestSeal(seq: identity.lastSeq, time: identity.lastTime, lastChange: last ?? 0)
        try statement("INSERT INTO seals (seq, hlc, nonce, last_change, imported) VALUES (?, ?, ?, ?, ?)").run([
            .integer(identity.lastSeq), .integer(identity.lastTime.rawValue), .blob(newNonce()[...]),
            last.map { .integer($0) } ?? .null, .integer(isImport ? 1 : 0),
        ])
    }

    /// The number of the last change, where it is not sealed yet.
    private func lastUnsealed() throws -> Int64? {
        let last = try statement("SELECT max(n) FROM change_log").first([]) { $0.value(0).integer } ?? nil
        return last.flatMap { $0 > identity.newestSeal.lastChange ? $0 : nil }
    }

    func newNonce() -> [UInt8] { random.bytes(Self.nonceBytes) }

    /// The oldest first. They are the newest of all, as a fold takes every one.
    func unfoldedSeals() throws -> [Seal] {
        var seals: [Seal] = []
        let newestFirst = try statement("SELECT seq, hlc, last_change, imported FROM seals ORDER BY seq DESC")
        try newestFirst.bind([])
        defer { newestFirst.end() }
        while try newestFirst.step(), let last = newestFirst.value(2).integer {
            seals.append(
                Seal(
                    seq: UInt64(newestFirst.integer(0)), time: HybridTime(rawValue: newestFirst.integer(1)),
                    lastChange: last, isImport: newestFirst.integer(3) != 0))
        }
        return seals.reversed()
    }

    /// Every entry has been folded: the log starts afresh.
    func forgetLog(of seals: [Seal]) throws {
        try execute("DELETE FROM change_log", [])
        guard let first = seals.first else { return }
        try execute("UPDATE seals SET last_change = NULL WHERE seq >= ?", [.integer(Int64(first.seq))])
        identity.newestSeal.lastChange = 0
    }
}

/// The last transaction that was closed here, as its seal says: `replica.last_seq` and `last_hlc` may be from before
/// it, so that the common transaction need not write that row too.
struct NewestSeal: Equatable {
    var seq: Int64 = 0
    var time = HybridTime.zero
    /// Its last entry in the change log; 0 where that is folded.
    var lastChange: Int64 = 0
}
