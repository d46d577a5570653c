internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// What an administrator does.
extension LedgerBatch {
    func status(of id: RowID) throws -> CreditStatus {
        let account = try account(id)
        let reserved = try Int64.fetchOne(
            database, sql: "SELECT sum(credits) FROM reservations WHERE account_id = ?", arguments: [id.data])
        return CreditStatus(
            account: id, plan: account.plan, balance: account.balance, reserved: reserved ?? 0,
            isMetered: account.isMetered(requiresCredits), styles: Self.list(account.styles),
            levels: Self.list(account.levels))
    }

    /// An account that had no plan pays from what it was given from now on.
    ///
    /// - Parameter charge: a grant of one id is given once.
    func grant(_ amount: Int64, to id: RowID, charge: String, detail: String) throws {
        guard amount.magnitude <= ChargeRequest.creditsMax.magnitude else {
            throw AccountError(.invalid, "at most \(ChargeRequest.creditsMax) credits can be granted at once")
        }
        guard !charge.isEmpty, charge.utf8.count <= ChargeRequest.chargeBytesMax else {
            throw AccountError(.invalid, "the id of a grant has 1 to \(ChargeRequest.chargeBytesMax) bytes")
        }
        let isKnown = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE charge = ?)", arguments: [charge])
        guard isKnown != true else { return }
        var account = try account(id)
        if account.plan == .none { account.plan = .fixed }
        try add(.grant, amount, to: &account, id, charge, detail: detail)
    }

    func set(_ balance: Int64, of id: RowID, charge: String, detail: String) throws {
        guard (0...ChargeRequest.creditsMax).contains(balance) else {
            throw AccountError(.invalid, "a balance is set to 0 to \(ChargeRequest.creditsMax) credits")
        }
        try grant(balance - account(id).balance, to: id, charge: charge, detail: detail)
    }

    /// A daily plan fills up at its next hour of reset; a new one at once.
    func setPlan(_ plan: CreditPlan, of id: RowID) throws {
        if case .daily(let allowance, let hour) = plan {
            guard (0...ChargeRequest.creditsMax).contains(allowance), (0...23).contains(hour) else {
                throw AccountError(.invalid, "a day's allowance is 0 or more credits, and its hour 0 to 23")
            }
        }
        var account = try account(id)
        let wasDaily = if case .daily = account.plan { true } else { false }
        account.plan = plan
        if !wasDaily { account.resetAt = 0 }
        if let missing = account.reset(at: now), missing > 0 {
            try add(.reset, missing, to: &account, id, "reset:\(id.hex):\(now)", detail: "a new plan")
        }
        keep(account, id)
    }

    func setRights(styles: [String]?, levels: [String]?, of id: RowID) throws {
        var account = try account(id)
        account.styles = try Self.text(styles)
        account.levels = try Self.text(levels)
        keep(account, id)
    }

    private static func text(_ list: [String]?) throws -> String? {
        try list.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    /// A list that can't be read allows nothing.
    static func list(_ text: String?) -> [String]? {
        text.map { (try? JSONDecoder().decode([String].self, from: Data($0.utf8))) ?? [] }
    }
}
