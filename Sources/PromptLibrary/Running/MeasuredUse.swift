package import Changesets
internal import ReplicaStore

/// What can be done with a prompt, or without one.
package enum UsageKind: String, Sendable, CaseIterable { case render, completion, test, copy }

/// How a completion ended.
package enum UsageOutcome: String, Sendable, Codable, CaseIterable { case ok, error, cancelled }

/// Who gave the answer.
package enum UsageRoute: String, Sendable, Codable, CaseIterable { case cache, local, server, direct, queue }

/// What a completion took, as far as it is known: nothing of it is ever a guess.
package struct MeasuredUse: Hashable, Sendable, Codable {
    package var provider: String
    package var model: String
    /// Those that were cached are among them.
    package var inputTokens: Int64?
    package var cachedTokens: Int64?
    package var outputTokens: Int64?
    /// Nano-dollars; nil where the price is not known.
    package var cost: Int64?
    /// Milliseconds.
    package var latency: Int64?
    package var outcome: UsageOutcome
    package var route: UsageRoute?

    package init(
        provider: String, model: String, inputTokens: Int64? = nil, cachedTokens: Int64? = nil,
        outputTokens: Int64? = nil, cost: Int64? = nil, latency: Int64? = nil, outcome: UsageOutcome = .ok,
        route: UsageRoute? = nil
    ) {
        self.provider = provider
        self.model = model
        self.inputTokens = inputTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.cost = cost
        self.latency = latency
        self.outcome = outcome
        self.route = route
    }

    enum CodingKeys: String, CodingKey {
        case provider, model, outcome, route
        case inputTokens = "input_tokens"
        case cachedTokens = "cached_tokens"
        case outputTokens = "output_tokens"
        case cost = "cost_nanodollars"
        case latency = "latency_ms"
    }

    /// As the columns of a usage event and of a test run.
    var columns: [String: Value] {
        [
            "provider": .text(provider), "model": .text(model), "input_tokens": Value(inputTokens),
            "cached_tokens": Value(cachedTokens), "output_tokens": Value(outputTokens), "cost": Value(cost),
            "latency": Value(latency),
        ]
    }
}

extension Value {
    init(_ integer: Int64?) { self = integer.map { .integer($0) } ?? .null }
    init(_ id: RowID?) { self = id.map { .blob($0) } ?? .null }
}

/// Dollars out of nano-dollars, for JSON.
package func dollars(_ nanodollars: Int64) -> Double { Double(nanodollars) / 1e9 }

/// Something that was done, for `usage`.
package struct UsageEvent: Sendable {
    package var kind: UsageKind
    /// Nil for a completion of no prompt of the library.
    package var prompt: RowID?
    package var version: RowID?
    /// Nil for whoever writes it down.
    package var user: RowID?
    package var use: MeasuredUse?
    /// Unix milliseconds; nil for now.
    package var occurredAt: Int64?
    /// An event of one id is written down once, however often it is said.
    package var id: RowID?

    package init(
        _ kind: UsageKind, prompt: RowID? = nil, version: RowID? = nil, user: RowID? = nil, use: MeasuredUse? = nil,
        occurredAt: Int64? = nil, id: RowID? = nil
    ) {
        self.kind = kind
        self.prompt = prompt
        self.version = version
        self.user = user
        self.use = use
        self.occurredAt = occurredAt
        self.id = id
    }
}
