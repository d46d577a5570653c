internal import Changesets
internal import GRDB
internal import SyncEngine

/// What a replica does when it turns out to be a copy, or to have stamped by a wrong clock.
extension Replica {
    /// Takes a new replica id and seals again under it what the server has not acknowledged.
    ///
    /// In rows to be pushed, the old id's entries are capped at the last acknowledged transaction;
    /// what lies above gets a new dot and keeps its time (sync rule 3).
    package func reparent() throws { try write { try $0.reparent() } }

    /// Runs a join; where it shows that this replica is a copy, or was restored from a backup, the
    /// replica takes a new id, and the join is run again.
    func healingCopies<T>(_ join: () throws -> T) throws -> T {
        do {
            return try join()
        } catch is OwnLaterWork {
            try reparent()
            return try join()
        }
    }

    package func noteServerTime(_ milliseconds: Int64) throws {
        let offset = try readOne { transaction in
            try Int64.fetchOne(transaction.database.keptStatement("SELECT clock_offset FROM replica")) ?? 0
        }
        let difference = milliseconds - machineTime()
        let wanted = abs(difference) > SyncLimits.skewMax ? difference : 0
        // A slow clock harms nobody, and following it to the millisecond would write at every sync.
        guard abs(wanted - offset) > SyncLimits.skewMax / 4 else { return }
        try write { try $0.execute("UPDATE replica SET clock_offset = ?", [.integer(wanted)]) }
    }

    /// Seals every far-future value again, other replicas' too: one bad clock must not win for ever.
    /// The clock itself goes back to the later of the server's time and the greatest sane stamp held
    /// (sync rule 2).
    package func restamp(after limit: Int64, serverTime: Int64) throws {
        let limit = HybridTime(milliseconds: limit)
        try write { transaction in
            try transaction.fold()
            let sane = try transaction.greatestStamp(notAfter: limit)
            transaction.identity.lastTime = max(
                HybridTime(milliseconds: serverTime), planted(.clockSetTooLow) ? .zero : sane)
            let first = try transaction.sealFolded()
            let second = try transaction.sealFolded()
            try transaction.rewriteDirtyClocks { $0.restamped(after: limit, by: first, second) }
        }
    }
}

extension WriteTransaction {
    /// The last of its own transactions that the server has acknowledged; 0 for none.
    func acknowledgedSeq() throws -> UInt64 {
        try statement("SELECT acked_seq FROM remote").first([]) { UInt64(clamping: $0.integer(0)) } ?? 0
    }

    /// Work that was set aside will never be sent, and the acknowledgement of a later transaction would cover it:
    /// where others have it from a file, the server would take it for what it has collected. So those
    /// transactions keep an id under which nothing is acknowledged any more.
    func closeGap(after losses: Losses) throws {
        guard losses.leavesGap else { return }
        try reparent()
        // With the row that names the new id sealed too, nothing pends that the sync goes on from.
        try fold()
    }

    func reparent() throws {
        try fold()
        let acked = try acknowledgedSeq()
        let former = replica
        try noteFormerSelf()
        identity.replica = .random(random)
        identity.lastSeq = 0
        identity.newestSeal = NewestSeal()
        try execute("DELETE FROM seals", [])
        let first = try sealFolded().dot
        let second = try sealFolded().dot
        try rewriteDirtyClocks { $0.reparented(from: former, above: acked, to: first, second) }
        try execute("UPDATE replica SET replica_id = ?", [.blob(replica.rowID)])
        try execute("UPDATE remote SET acked_seq = 0, acked_nonce = x''", [])
        try withCapture {
            try execute(
                "INSERT INTO nodes (id, name, user_id) VALUES (?, ?, ?)",
                [.blob(replica.rowID), .text(identity.nodeName), .blob(user)])
        }
    }

    /// Before its first write, a replica that wakes up elsewhere, a clone or a restored backup, takes
    /// an id of its own, and begins a new order of publication.
    func settle(in home: String) throws {
        guard !planted(.seqReusedAfterRestore), !home.isEmpty, home != identity.home else { return }
        if !identity.home.isEmpty {
            try reparent()
            try execute("UPDATE replica SET epoch = ?", [.blob(ReplicaID.random(random).rowID)])
            try forgetPositions()
        }
        identity.home = home
        try execute("UPDATE replica SET home = ?", [.text(home)])
    }

    /// A transaction that changes clocks only, so there is nothing in the log to fold.
    fileprivate func sealFolded() throws -> Stamp {
        try addSeal(now: 0)
        return Stamp(time: identity.lastTime, dot: Dot(replica: replica, seq: UInt64(identity.lastSeq)))
    }

    fileprivate func rewriteDirtyClocks(_ rewrite: (RowClock) -> RowClock) throws {
        for row in try storedClocks(where: "dirty = 1") {
            let rewritten = rewrite(row.clock)
            guard rewritten != row.clock else { continue }
            try clocks.store(row.key, ClockTable.Entry(clock: rewritten, position: nextPosition(), isDirty: true))
        }
    }

    fileprivate func greatestStamp(notAfter limit: HybridTime) throws -> HybridTime {
        try storedClocks(where: "true").flatMap { $0.clock.stamps.map(\.time) }.filter { $0 <= limit }.max() ?? .zero
    }
}

/// What came in holds transactions under this replica's own id that it never sealed.
struct OwnLaterWork: Error {}
