package import Changesets

/// Money and tokens.
package struct Spending: Hashable, Sendable {
    /// Nano-dollars.
    package var cost: Int64
    package var tokens: Int64

    package init(cost: Int64 = 0, tokens: Int64 = 0) {
        self.cost = cost
        self.tokens = tokens
    }

    /// Stays at the bounds: nobody's numbers may stop the ledger, or turn what was spent into what is left.
    func adding(_ other: Spending) -> Spending {
        Spending(cost: Self.sum(cost, other.cost), tokens: Self.sum(tokens, other.tokens))
    }

    func removing(_ other: Spending) -> Spending {
        Spending(cost: max(0, cost - min(cost, other.cost)), tokens: max(0, tokens - min(tokens, other.tokens)))
    }

    private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflows) = a.addingReportingOverflow(b)
        return overflows ? .max : sum
    }

    var isPlain: Bool { cost >= 0 && tokens >= 0 }
}

/// What a workspace may spend in a month, by UTC; nil for as much as it likes.
package struct SpendingLimits: Hashable, Sendable {
    /// Nano-dollars.
    package var cost: Int64?
    package var tokens: Int64?

    package init(cost: Int64? = nil, tokens: Int64? = nil) {
        self.cost = cost
        self.tokens = tokens
    }

    var isAny: Bool { cost != nil || tokens != nil }
}

/// What is to be reserved before something is completed.
package struct ChargeRequest: Hashable, Sendable {
    /// Whatever has one of these is charged once, however often it is asked for: 1 to 200 bytes.
    package var charge: String
    package var account: RowID
    /// The key of a workspace.
    package var workspace: Int64
    /// At least 0.
    package var credits: Int64
    /// Whether it outlives the server: a reservation for a queued job stays until that is run.
    package var isJob: Bool
    /// What it may come to, counted against the limits until it is known.
    package var expected: Spending
    package var limits: SpendingLimits
    /// Those that the model it is for stands for: whose account may use some levels only may use no other model.
    package var levels: [String]

    package init(
        _ charge: String, account: RowID, workspace: Int64, credits: Int64 = 1, isJob: Bool = false,
        expected: Spending = Spending(), limits: SpendingLimits = SpendingLimits(), levels: [String] = []
    ) {
        self.charge = charge
        self.account = account
        self.workspace = workspace
        self.credits = credits
        self.isJob = isJob
        self.expected = expected
        self.limits = limits
        self.levels = levels
    }

    static let chargeBytesMax = 200
    /// Of one charge or grant: far above what anybody has, and far below what sums could overflow.
    static let creditsMax: Int64 = 1_000_000_000_000

    func check() throws {
        guard !charge.isEmpty, charge.utf8.count <= Self.chargeBytesMax else {
            throw AccountError(.invalid, "the id of a charge has 1 to \(Self.chargeBytesMax) bytes")
        }
        guard (0...Self.creditsMax).contains(credits), expected.isPlain else {
            throw AccountError(.invalid, "a charge is of 0 to \(Self.creditsMax) credits, and expects no less than 0")
        }
    }
}

/// What was reserved, to be settled or refunded.
package struct Reservation: Hashable, Sendable {
    package var charge: String
    package var account: RowID
    package var workspace: Int64
    /// 0 where the account is not metered.
    package var credits: Int64
    var month: Int64
    /// What it may come to; nothing where no limit asks for it.
    package var expected: Spending
    var isJob: Bool
    var isMetered: Bool
    /// Unix milliseconds.
    var reservedAt: Int64
    /// Not so where there is nothing to remember: then it is only added up what was spent.
    var isKept: Bool
}

extension Reservation {
    /// Whether whoever settles it waits until that is written: where credits or a queued job are at stake.
    package var isAwaited: Bool { credits > 0 || isJob }

    /// - Parameters:
    ///   - month: as 202611, by UTC; of one that is not kept it says nothing.
    ///   - now: Unix milliseconds; likewise.
    init(_ request: ChargeRequest, isMetered: Bool, month: Int64 = 0, at now: Int64 = 0) {
        (charge, account, workspace) = (request.charge, request.account, request.workspace)
        (credits, expected, isJob) = (isMetered ? request.credits : 0, request.expected, request.isJob)
        (self.month, self.isMetered, reservedAt) = (month, isMetered, now)
        isKept = isMetered || request.isJob || request.limits.isAny
    }
}

package enum ReserveOutcome: Hashable, Sendable {
    case reserved(Reservation)
    /// It was settled before: it may be run, and costs nothing more.
    case charged
}

/// How an account pays.
package enum CreditPlan: Hashable, Sendable {
    /// As the operator has decided for all who have none.
    case none
    /// From what was granted.
    case fixed
    /// Filled up to the allowance each day at an hour, by UTC.
    case daily(allowance: Int64, hour: Int)
}

/// What an account may spend, and on what.
package struct CreditStatus: Hashable, Sendable {
    package var account: RowID
    package var plan: CreditPlan
    package var balance: Int64
    /// Reserved, and neither settled nor refunded yet.
    package var reserved: Int64
    /// Whether it is charged at all.
    package var isMetered: Bool
    /// Nil for all.
    package var styles: [String]?
    package var levels: [String]?

    /// - Throws: `AccountError` `.denied`.
    package func require(style: String) throws(AccountError) {
        guard styles?.contains(style) ?? true else {
            throw AccountError(.denied, "your account may not use the style “\(style)”", field: "style")
        }
    }

    /// - Throws: `AccountError` `.denied`.
    package func require(level: String) throws(AccountError) {
        guard levels?.contains(level) ?? true else {
            throw AccountError(.denied, "your account may not use the level “\(level)”", field: "level")
        }
    }
}

/// One line of the ledger.
package struct LedgerEntry: Hashable, Sendable {
    package enum Kind: String, Sendable { case reserve, settle, refund, grant, reset }

    package var n: Int64
    package var charge: String
    package var account: RowID?
    package var kind: Kind
    package var amount: Int64
    /// After it.
    package var balance: Int64
    /// Unix milliseconds.
    package var at: Int64
    package var detail: String
}
