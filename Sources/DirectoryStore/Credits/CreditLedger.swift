package import Changesets
internal import FoundationEssentials
internal import GRDB
internal import ReplicaStore
internal import Schema
internal import Synchronization

/// What accounts may spend and workspaces have spent: reserved before, settled or refunded after.
///
/// What is done has survived `kill -9` when the caller hears of it. A power cut may take the last second of
/// reservations and settlements, never a part of one, and never what was asked to be durable (the charges of jobs,
/// and all that an administrator does): what is left always adds up.
package final class CreditLedger: Sendable {
    private let pool: DatabasePool
    private let path: String
    private let commits: GroupCommit
    private let begin: @Sendable (Database) throws -> LedgerBatch
    private let changeMark: ChangeMark
    private let exempt = Mutex(Exempt())

    /// Accounts that pay nothing, as the ledger was at a mark.
    private struct Exempt {
        var mark: Int64 = 0
        var accounts: Set<RowID> = []
    }

    init(_ directory: DataDirectory, requiresCredits: Bool, clock: @escaping @Sendable () -> Int64) throws {
        let path = "\(directory.path)/\(DataDirectory.ledgerFile)"
        self.path = path
        pool = try ReplicaError.translating(path) { try Self.open(path) }
        begin = { try LedgerBatch($0, now: clock(), requiresCredits: requiresCredits) }
        commits = GroupCommit(pool, begin: begin)
        changeMark = try ChangeMark(path)
    }

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(60)
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.write { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version <= Schema.ledger.count else {
                throw ReplicaError(.newerSchema, "\(path) was written by a newer Offbook: upgrade this one")
            }
            for migration in Schema.ledger.dropFirst(version) { try database.execute(sql: migration.sql) }
            try database.execute(sql: "PRAGMA user_version = \(Schema.ledger.count)")
        }
        return pool
    }

    // MARK: Charging

    /// - Throws: `AccountError` `.denied`, `.creditsExhausted`, `.limitReached`, `.invalid`; `.conflict` where the charge is
    ///   another account's or workspace's.
    package func reserve(_ request: ChargeRequest) async throws -> ReserveOutcome {
        // Where nothing is written there is nothing to wait for.
        if let reservation = try unkept(request) { return .reserved(reservation) }
        return try await commits.perform(isDurable: request.isJob) { try $0.reserve(request) }
    }

    /// Read where it is asked for, as to wait for a thread would take longer; and not again before the ledger changes.
    /// Whether a charge is known is not looked up then: only a job's can be, all others are of a new id.
    private func unkept(_ request: ChargeRequest) throws -> Reservation? {
        let mark = try changeMark.value()
        let isKnown = exempt.withLock { $0.mark == mark && $0.accounts.contains(request.account) }
        if isKnown, !request.isJob, !request.limits.isAny {
            try request.check()
            return Reservation(request, isMetered: false)
        }
        guard let found = try pool.read({ try begin($0).unkept(request) }) else { return nil }
        exempt.withLock { exempt in
            if exempt.mark != mark { exempt = Exempt(mark: mark) }
            exempt.accounts.insert(request.account)
        }
        return found
    }

    /// Charges what was reserved, and adds up what was spent; once, however often it is told.
    ///
    /// - Parameter credits: fewer than were reserved, where it came to less; nil for all.
    package func settle(_ reservation: Reservation, _ use: Spending, credits: Int64? = nil) async throws {
        _ = try await commits.perform(isDurable: reservation.isJob) {
            try $0.settle(reservation, use, credits: credits)
        }
    }

    /// Waits for all that was to be done later.
    package func finish() throws { try commits.performAndWait(isDurable: true) { _ in } }

    /// The same without waiting for it.
    package func settleLater(
        _ reservation: Reservation, _ use: Spending, failed: @escaping @Sendable (any Error) -> Void
    ) {
        commits.performLater({ _ = try $0.settle(reservation, use, credits: nil) }, failed)
    }

    /// Gives back what was reserved, as nothing came of it.
    package func refund(_ reservation: Reservation, detail: String = "") async throws {
        _ = try await commits.perform(isDurable: reservation.isJob) { try $0.refund(reservation, detail: detail) }
    }

    /// What a server that was killed had reserved, but for jobs, which keep theirs until they are run again. To be
    /// called as a server starts.
    ///
    /// - Returns: how many they are.
    @discardableResult
    package func refundInterrupted() throws -> Int {
        try change { batch in
            let open = try batch.interrupted()
            for reservation in open { try batch.refund(reservation, detail: "the server was stopped") }
            return open.count
        }
    }

    // MARK: Looking

    /// What a workspace has spent in this month (UTC) so far.
    package func spent(by workspace: Int64) throws -> Spending {
        try change { try $0.spending(workspace, in: $0.month).spent }
    }

    package func status(of account: RowID) throws -> CreditStatus { try change { try $0.status(of: account) } }

    /// The newest first.
    ///
    /// - Parameters:
    ///   - account: nil for all.
    ///   - before: only those with a smaller number, for the next page.
    package func entries(of account: RowID? = nil, limit: Int, before: Int64? = nil) throws -> [LedgerEntry] {
        try ReplicaError.translating(path) {
            try pool.read { database in
                let sql = """
                    SELECT * FROM entries WHERE (?1 IS NULL OR account_id = ?1) AND (?2 IS NULL OR n < ?2)
                    ORDER BY n DESC LIMIT ?3
                    """
                return try Row.fetchAll(database, sql: sql, arguments: [account?.data, before, limit])
                    .compactMap(LedgerEntry.init)
            }
        }
    }

    /// Durable when it returns.
    func change<T: Sendable>(_ body: @escaping @Sendable (LedgerBatch) throws -> T) throws -> T {
        try ReplicaError.translating(path) { try commits.performAndWait(isDurable: true, body) }
    }
}

extension LedgerEntry {
    fileprivate init?(_ row: Row) {
        guard let kind = Kind(rawValue: row["kind"]) else { return nil }
        self.init(
            n: row["n"], charge: row["charge"], account: row.optionalID("account_id"), kind: kind,
            amount: row["amount"], balance: row["balance"], at: row["at"], detail: row["detail"])
    }
}
