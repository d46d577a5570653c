internal import Changesets
internal import DirectoryStore
internal import HTTPTypes

/// What accounts may spend on completions.
enum CreditRoutes {
    private static let account = "/api/v1/admin/credits/{account}"
    private static let page = [
        QueryField("limit", .integer, "1 to 1000; 100 unless told."),
        QueryField("before", .integer, "Only entries of a smaller number."),
    ]

    static let all: [Route] = [
        Route(.get, "/api/v1/users/me/credits", .signedIn, "What one may spend") { call in
            CreditResource(try call.directory.credits(of: call.caller.account, for: call.caller))
        },
        Route(
            .get, "/api/v1/users/me/credits/entries", .signedIn, "What one has spent, the newest first", query: page
        ) { call in try entries(call, isOwn: true) },
        Route(
            .get, "/api/v1/admin/credits", .administrator, "The ledger of all accounts, the newest first", query: page
        ) { call in try entries(call, isOwn: false) },
        Route(.get, account, .administrator, "What an account may spend; by address, username or id") { call in
            CreditResource(
                try call.directory.credits(
                    of: call.directory.account(named: call.text("account"), for: call.caller).id, for: call.caller))
        },
        Route(
            .patch, account, .administrator, "Change what an account may spend, and on what", taking: CreditInput.self,
            change),
    ]

    private static func entries(_ call: Call, isOwn: Bool) throws -> ListView<CreditEntryResource> {
        let found = try call.directory.ledgerEntries(
            of: isOwn ? call.caller.account : nil, limit: call.number("limit", in: 1...1000) ?? 100,
            before: call.number("before", in: 0...Int.max).map { Int64($0) }, for: call.caller)
        return ListView(found.map(CreditEntryResource.init))
    }

    private static func change(_ call: Call, _ input: CreditInput) throws -> CreditResource {
        let (directory, caller) = (try call.directory, try call.caller)
        let id = try directory.account(named: call.text("account"), for: caller).id
        var status = try directory.credits(of: id, for: caller)
        try call.requireMatch(CreditResource(status))
        if let plan = try input.newPlan { status = try directory.setPlan(plan, of: id, by: caller) }
        if let balance = input.balance { status = try directory.setCredits(Int64(balance), of: id, by: caller) }
        if let grant = input.grant {
            status = try directory.grantCredits(Int64(grant), to: id, reason: input.reason ?? "", by: caller)
        }
        if input.styles != nil || input.levels != nil {
            status = try directory.setCompletionRights(
                styles: input.styles ?? status.styles, levels: input.levels ?? status.levels, of: id, by: caller)
        }
        return CreditResource(status)
    }
}

struct CreditInput: Input, Choosing {
    /// So many more; fewer than 0 takes some away.
    var grant: Int?
    var reason: String?
    /// So many in place of what there is.
    var balance: Int?
    var plan: String?
    /// Of a daily plan.
    var dailyAllowance: Int?
    /// Of a daily plan: 0 to 23, by UTC.
    var resetHour: Int?
    /// Those that are allowed.
    var styles: [String]?
    var levels: [String]?
    static let choices = ["plan": ["none", "fixed", "daily"]]
    static let example = CreditInput(grant: 100, plan: "daily", dailyAllowance: 50, resetHour: 0)

    fileprivate var newPlan: CreditPlan? {
        get throws {
            switch plan {
            case nil: return nil
            case "none": return CreditPlan.none
            case "fixed": return .fixed
            case "daily":
                guard let dailyAllowance else {
                    throw APIError(.invalid, "a daily plan has a daily_allowance", field: "daily_allowance")
                }
                return .daily(allowance: Int64(dailyAllowance), hour: resetHour ?? 0)
            default: throw APIError(.invalid, "a plan is one of: none, fixed, daily", field: "plan")
            }
        }
    }
}

struct CreditResource: View, Choosing {
    var accountId: String
    var plan: String
    var balance: Int64
    /// Reserved, and neither settled nor refunded yet.
    var reserved: Int64
    /// Whether the account is charged at all.
    var isMetered: Bool
    var dailyAllowance: Int64?
    var resetHour: Int?
    /// Nil for all.
    var styles: [String]?
    var levels: [String]?
    static let choices = ["plan": ["none", "fixed", "daily"]]

    init(_ status: CreditStatus) {
        (accountId, balance, reserved) = (status.account.hex, status.balance, status.reserved)
        (isMetered, styles, levels) = (status.isMetered, status.styles, status.levels)
        switch status.plan {
        case .none: plan = "none"
        case .fixed: plan = "fixed"
        case .daily(let allowance, let hour): (plan, dailyAllowance, resetHour) = ("daily", allowance, hour)
        }
    }
}

struct CreditEntryResource: View {
    var n: Int64
    var accountId: String?
    var charge: String
    var kind: String
    var amount: Int64
    var balance: Int64
    var detail: String
    var at: String

    init(_ entry: LedgerEntry) {
        (n, accountId, charge, kind) = (entry.n, entry.account?.hex, entry.charge, entry.kind.rawValue)
        (amount, balance, detail, at) = (entry.amount, entry.balance, entry.detail, isoTime(entry.at))
    }
}
