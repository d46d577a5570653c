internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// Reserve, then settle or refund.
extension LedgerBatch {
    /// - Throws: `AccountError` `.denied`, `.creditsExhausted`, `.limitReached`, `.invalid`; `.conflict` where the charge is
    ///   another account's or workspace's.
    func reserve(_ request: ChargeRequest) throws -> ReserveOutcome {
        try request.check()
        if let open = try open(request.charge) {
            guard open.account == request.account, open.workspace == request.workspace else { throw Self.anothers }
            return .reserved(open)
        }
        if let last = try lastEntry(request.charge) {
            guard last.account == request.account, last.workspace == request.workspace else { throw Self.anothers }
            if last.kind == LedgerEntry.Kind.settle.rawValue { return .charged }
        }
        return .reserved(try reserveAnew(request))
    }

    /// Of an account without a plan in a workspace without limits there is nothing to be written down.
    ///
    /// - Returns: nil for any other. Writes nothing.
    func unkept(_ request: ChargeRequest) throws -> Reservation? {
        try request.check()
        guard !request.isJob, !request.limits.isAny else { return nil }
        guard try open(request.charge) == nil, try lastEntry(request.charge) == nil else { return nil }
        let account = try storedAccount(request.account)
        guard !account.isMetered(requiresCredits), account.levels == nil else { return nil }
        return Reservation(request, isMetered: false, month: month, at: now)
    }

    private func reserveAnew(_ request: ChargeRequest) throws -> Reservation {
        var account = try account(request.account)
        let isMetered = account.isMetered(requiresCredits)
        try check(request)
        if let levels = Self.list(account.levels), !levels.contains(where: request.levels.contains) {
            throw AccountError(
                .denied, "your account may use the models of the levels \(levels.joined(separator: ", ")) only",
                field: "model")
        }
        guard !isMetered || account.balance >= request.credits else { throw exhausted(account) }
        let reservation = Reservation(request, isMetered: isMetered, month: month, at: now)
        guard reservation.isKept else { return reservation }
        try keep(reservation)
        if reservation.isEntered {
            try add(
                .reserve, -reservation.credits, to: &account, request.account, request.charge,
                workspace: request.workspace)
        }
        return reservation
    }

    /// Counts what open reservations may come to: many at once can't overspend what each alone would not.
    private func check(_ request: ChargeRequest) throws {
        guard request.limits.isAny else { return }
        let sums = try spending(request.workspace, in: month)
        let total = sums.spent.adding(sums.held).adding(request.expected)
        let used = sums.spent.adding(sums.held)
        if let limit = request.limits.cost, total.cost > limit || used.cost >= limit {
            throw AccountError(
                .limitReached, "the workspace has spent what it may in this month (UTC); an admin can raise cost_limit")
        }
        if let limit = request.limits.tokens, total.tokens > limit || used.tokens >= limit {
            throw AccountError(
                .limitReached,
                "the workspace has used the tokens it may in this month (UTC); an admin can raise token_limit")
        }
    }

    private func exhausted(_ account: LedgerAccount) -> AccountError {
        guard case .daily(_, let hour) = account.plan else {
            return AccountError(.creditsExhausted, "there are no credits left; ask whoever runs the server for more")
        }
        let next = account.resetAt + 86_400_000
        return AccountError(
            .creditsExhausted, "there are no credits left until \(hour):00 UTC",
            retryAfter: max(1, (next - now + 999) / 1000))
    }

    private static var anothers: AccountError {
        AccountError(.conflict, "this charge is another account's, or another workspace's")
    }

    /// Adds up what was spent, and charges what was reserved. Once: what is not open any more stays as it is.
    ///
    /// - Parameter credits: fewer than were reserved, where it came to less; nil for all.
    /// - Returns: whether this was the time that counted.
    @discardableResult
    func settle(_ reservation: Reservation, _ use: Spending, credits: Int64?) throws -> Bool {
        guard use.isPlain else { throw AccountError(.invalid, "nothing costs less than 0") }
        guard reservation.isKept else {
            try change(reservation.workspace, in: month) { $0.spent = $0.spent.adding(use) }
            return true
        }
        guard let open = try open(reservation.charge) else { return false }
        let charged = open.isMetered ? credits ?? open.credits : 0
        guard (0...open.credits).contains(charged) else {
            throw AccountError(.invalid, "no more can be charged than the \(open.credits) credits that were reserved")
        }
        try close(open, .settle, giving: try returnable(open, open.credits - charged))
        try change(open.workspace, in: month) { $0.spent = $0.spent.adding(use) }
        return true
    }

    /// - Returns: whether there was something to refund.
    @discardableResult
    func refund(_ reservation: Reservation, detail: String) throws -> Bool {
        guard reservation.isKept, let open = try open(reservation.charge) else { return false }
        try close(open, .refund, giving: try returnable(open, open.credits), detail)
        return true
    }

    /// What was reserved before a reset has been filled up by that, as far as it filled up anything.
    private func returnable(_ open: Reservation, _ credits: Int64) throws -> Int64 {
        let account = try account(open.account)
        guard credits > 0, case .daily = account.plan, open.reservedAt < account.resetAt else { return credits }
        let sql = """
            SELECT sum(amount) FROM entries WHERE account_id = ?1 AND kind = 'reset'
                AND n > (SELECT max(n) FROM entries WHERE charge = ?2 AND kind = 'reserve')
            """
        let filled = try Int64.fetchOne(database, sql: sql, arguments: [open.account.data, open.charge]) ?? 0
        return max(0, credits - max(0, filled))
    }

    private func close(
        _ open: Reservation, _ kind: LedgerEntry.Kind, giving credits: Int64, _ detail: String = ""
    ) throws {
        if open.isEntered {
            var account = try account(open.account)
            try add(
                kind, credits, to: &account, open.account, open.charge, workspace: open.workspace, detail: detail)
        }
        try change(open.workspace, in: open.month) { $0.held = $0.held.removing(open.expected) }
        try database.cachedStatement(sql: "DELETE FROM reservations WHERE charge = ?").execute(
            arguments: [open.charge])
    }

    // MARK: What is open

    private func keep(_ open: Reservation) throws {
        try change(open.workspace, in: open.month) { $0.held = $0.held.adding(open.expected) }
        try database.cachedStatement(sql: "INSERT INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                open.charge, open.account.data, open.workspace, open.credits, open.month, open.expected.cost,
                open.expected.tokens, open.isJob, open.isMetered, open.reservedAt,
            ])
    }

    func open(_ charge: String) throws -> Reservation? {
        let sql = "SELECT * FROM reservations WHERE charge = ?"
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [charge]).flatMap(Reservation.init)
    }

    /// Those that a server had open when it was stopped. Jobs keep theirs until they are run again.
    func interrupted() throws -> [Reservation] {
        try Row.fetchAll(database, sql: "SELECT * FROM reservations WHERE is_job = 0").compactMap(Reservation.init)
    }

    func openJobs() throws -> [Reservation] {
        try Row.fetchAll(database, sql: "SELECT * FROM reservations WHERE is_job = 1").compactMap(Reservation.init)
    }

    private func lastEntry(_ charge: String) throws -> (account: RowID?, workspace: Int64?, kind: String)? {
        let sql = "SELECT account_id, workspace_key, kind FROM entries WHERE charge = ? ORDER BY n DESC LIMIT 1"
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [charge]).map {
            ($0.optionalID("account_id"), $0["workspace_key"], $0["kind"])
        }
    }
}

extension Reservation {
    /// Whether the ledger says something of it: of a job always, as it must not be charged twice.
    fileprivate var isEntered: Bool { isMetered || isJob }

    fileprivate init?(_ row: Row) {
        guard let account = row.optionalID("account_id") else { return nil }
        self.init(
            charge: row["charge"], account: account, workspace: row["workspace_key"], credits: row["credits"],
            month: row["month"], expected: Spending(cost: row["cost"], tokens: row["tokens"]), isJob: row["is_job"],
            isMetered: row["is_metered"], reservedAt: row["reserved_at"], isKept: true)
    }
}
