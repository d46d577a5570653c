internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// One transaction of the ledger, on behalf of many: what several of them touch is read and written once.
/// What is refused leaves no trace.
final class LedgerBatch {
    let database: Database
    /// Unix milliseconds.
    let now: Int64
    /// As 202611, by UTC.
    let month: Int64
    let requiresCredits: Bool
    private var accounts: [RowID: LedgerAccount] = [:]
    private var changedAccounts: Set<RowID> = []
    private var spendings: [SpendingKey: HeldSpending] = [:]
    private var changedSpendings: Set<SpendingKey> = []

    init(_ database: Database, now: Int64, requiresCredits: Bool) throws {
        self.database = database
        self.now = now
        self.requiresCredits = requiresCredits
        let sql = "SELECT CAST(strftime('%Y%m', ?, 'unixepoch') AS INTEGER)"
        month = try Int64.fetchOne(database.cachedStatement(sql: sql), arguments: [now / 1000]) ?? 0
    }

    // MARK: Accounts

    /// As it is now: filled up, where its hour of reset has passed.
    func account(_ id: RowID) throws -> LedgerAccount {
        if let account = accounts[id] { return account }
        var account = try storedAccount(id)
        accounts[id] = account
        if let missing = account.reset(at: now) {
            if missing > 0 { try add(.reset, missing, to: &account, id, "reset:\(id.hex):\(account.resetAt)") }
            keep(account, id)
        }
        return account
    }

    /// As it was when something was last done with it.
    func storedAccount(_ id: RowID) throws -> LedgerAccount {
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT * FROM accounts WHERE account_id = ?"), arguments: [id.data])
        return row.map(LedgerAccount.init) ?? LedgerAccount()
    }

    func keep(_ account: LedgerAccount, _ id: RowID) {
        accounts[id] = account
        changedAccounts.insert(id)
    }

    /// Changes the balance, and says so in the ledger.
    func add(
        _ kind: LedgerEntry.Kind, _ amount: Int64, to account: inout LedgerAccount, _ id: RowID, _ charge: String,
        workspace: Int64? = nil, detail: String = ""
    ) throws {
        let (balance, overflows) = account.balance.addingReportingOverflow(amount)
        guard !overflows else { throw AccountError(.invalid, "no account can hold so many credits") }
        account.balance = balance
        keep(account, id)
        let sql = """
            INSERT INTO entries (charge, account_id, workspace_key, kind, amount, balance, at, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        try database.cachedStatement(sql: sql).execute(
            arguments: [charge, id.data, workspace, kind.rawValue, amount, balance, now, detail])
    }

    // MARK: Workspaces

    func spending(_ workspace: Int64, in month: Int64) throws -> HeldSpending {
        let key = SpendingKey(workspace: workspace, month: month)
        if let known = spendings[key] { return known }
        let sql = "SELECT cost, tokens, held_cost, held_tokens FROM spending WHERE workspace_key = ? AND month = ?"
        let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [workspace, month])
        let found =
            row.map {
                HeldSpending(
                    spent: Spending(cost: $0[0], tokens: $0[1]), held: Spending(cost: $0[2], tokens: $0[3]))
            } ?? HeldSpending()
        spendings[key] = found
        return found
    }

    func change(_ workspace: Int64, in month: Int64, _ body: (inout HeldSpending) -> Void) throws {
        var spending = try spending(workspace, in: month)
        body(&spending)
        let key = SpendingKey(workspace: workspace, month: month)
        spendings[key] = spending
        changedSpendings.insert(key)
    }

    // MARK: The end

    /// Writes what many have changed once.
    func store() throws {
        for id in changedAccounts.sorted() { try accounts[id]?.store(database, id) }
        let sql = "INSERT OR REPLACE INTO spending VALUES (?, ?, ?, ?, ?, ?)"
        for key in changedSpendings {
            guard let sums = spendings[key] else { continue }
            try database.cachedStatement(sql: sql).execute(arguments: [
                key.workspace, key.month, sums.spent.cost, sums.spent.tokens, sums.held.cost, sums.held.tokens,
            ])
        }
    }
}

struct SpendingKey: Hashable {
    var workspace: Int64
    var month: Int64
}

/// What was spent, and what open reservations may come to.
struct HeldSpending: Hashable {
    var spent = Spending()
    var held = Spending()
}

/// An account as the ledger knows it.
struct LedgerAccount {
    var plan = CreditPlan.none
    var balance: Int64 = 0
    /// The last hour of reset that was heeded, in Unix milliseconds.
    var resetAt: Int64 = 0
    /// JSON; nil for all.
    var styles: String?
    var levels: String?

    init() {}

    init(_ row: Row) {
        let (allowance, hour): (Int64, Int) = (row["daily_allowance"], row["reset_hour"])
        switch row["plan"] as String {
        case "daily": plan = .daily(allowance: allowance, hour: hour)
        case "fixed": plan = .fixed
        default: plan = .none
        }
        balance = row["balance"]
        resetAt = row["reset_at"]
        styles = row["styles"]
        levels = row["levels"]
    }

    func isMetered(_ requiresCredits: Bool) -> Bool { plan != .none || requiresCredits }

    /// - Returns: what it lacks up to its allowance; nil where no hour of reset has passed. Nothing is ever taken.
    mutating func reset(at now: Int64) -> Int64? {
        guard case .daily(let allowance, let hour) = plan else { return nil }
        let (day, offset): (Int64, Int64) = (86_400_000, Int64(hour) * 3_600_000)
        let (days, rest) = (now - offset).quotientAndRemainder(dividingBy: day)
        let last = (rest < 0 ? days - 1 : days) * day + offset
        guard last > resetAt else { return nil }
        resetAt = last
        return max(0, allowance - max(0, balance))
    }

    func store(_ database: Database, _ id: RowID) throws {
        var (name, allowance, reset) = ("none", Int64(0), 0)
        switch plan {
        case .none: break
        case .fixed: name = "fixed"
        case .daily(let daily, let hour): (name, allowance, reset) = ("daily", daily, hour)
        }
        let sql = "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        try database.cachedStatement(sql: sql).execute(
            arguments: [id.data, name, balance, allowance, reset, resetAt, styles, levels])
    }
}
