internal import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// What whoever runs the server decides of credits. Each is in the audit log, and in the ledger before it.
///
/// Without a caller it is done on the server's machine, where who can write the files can do all of it anyway.
extension DirectoryStore {
    /// An account by its address, username, or id.
    ///
    /// - Throws: `AccountError.notFound`.
    package func account(named name: String, for caller: Caller? = nil) throws -> Account {
        try caller?.requireOperator()
        let row = try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT id FROM accounts WHERE email_key = ? OR username_key = ? OR lower(hex(id)) = ?",
                arguments: [EmailAddress.key(name), name.lowercased(), name.lowercased()])
        }
        guard let id = row?.optionalID("id"), let account = try read({ try $0.account(id) }) else {
            throw AccountError(.notFound, "there is no account “\(name)” on this server", field: "account")
        }
        return account
    }

    package func credits(of account: RowID, for caller: Caller? = nil) throws -> CreditStatus {
        if caller?.account != account { try caller?.requireOperator() }
        return try ledger.status(of: account)
    }

    /// - Parameters:
    ///   - amount: fewer than 0 takes some away.
    ///   - charge: a grant of one id is given once; nil for one that is like no other.
    @discardableResult
    package func grantCredits(
        _ amount: Int64, to account: RowID, reason: String = "", charge: String? = nil, by caller: Caller? = nil
    ) throws -> CreditStatus {
        try change(account, .creditsGranted, String(amount), by: caller) { id in
            try ledger.change { try $0.grant(amount, to: account, charge: charge ?? id, detail: reason) }
        }
    }

    @discardableResult
    package func setCredits(_ balance: Int64, of account: RowID, by caller: Caller? = nil) throws -> CreditStatus {
        try change(account, .creditsSet, String(balance), by: caller) { id in
            try ledger.change { try $0.set(balance, of: account, charge: id, detail: "set to \(balance)") }
        }
    }

    @discardableResult
    package func setPlan(_ plan: CreditPlan, of account: RowID, by caller: Caller? = nil) throws -> CreditStatus {
        try change(account, .planChanged, plan.wording, by: caller) { _ in
            try ledger.change { try $0.setPlan(plan, of: account) }
        }
    }

    /// Nil allows all of them.
    @discardableResult
    package func setCompletionRights(
        styles: [String]?, levels: [String]?, of account: RowID, by caller: Caller? = nil
    ) throws -> CreditStatus {
        let detail =
            "styles \(styles?.joined(separator: ",") ?? "all"), levels \(levels?.joined(separator: ",") ?? "all")"
        return try change(account, .completionRightsChanged, detail, by: caller) { _ in
            try ledger.change { try $0.setRights(styles: styles, levels: levels, of: account) }
        }
    }

    /// - Parameter account: nil for all, which only an administrator sees.
    package func ledgerEntries(
        of account: RowID?, limit: Int, before: Int64? = nil, for caller: Caller? = nil
    ) throws -> [LedgerEntry] {
        if account == nil || caller?.account != account { try caller?.requireOperator() }
        return try ledger.entries(of: account, limit: limit, before: before)
    }

    private func change(
        _ account: RowID, _ action: AuditAction, _ detail: String, by caller: Caller?, _ body: (String) throws -> Void
    ) throws -> CreditStatus {
        try caller?.requireOperator()
        guard try read({ try $0.account(account) }) != nil else {
            throw AccountError(.notFound, "there is no such account on this server", field: "account")
        }
        try body("\(action.rawValue):\(RowID.uuid7(at: clock()).hex)")
        try write { database in
            let doer = caller?.doer ?? Doer(nil, .console)
            try audit(database, action, by: doer, on: try label(database, account), detail)
        }
        return try ledger.status(of: account)
    }
}

extension CreditPlan {
    package var wording: String {
        switch self {
        case .none: "none"
        case .fixed: "what was granted"
        case .daily(let allowance, let hour): "\(allowance) a day, from \(hour):00 UTC"
        }
    }
}
