package import Completions
package import PromptLibrary

extension MeasuredUse {
    /// What the engine says of a call, as the library remembers it.
    package init(_ summary: CompletionSummary, route: UsageRoute) {
        self.init(
            provider: summary.provider ?? "", model: summary.answeredModel ?? summary.model ?? "",
            inputTokens: summary.usage.map { Int64($0.allInput) },
            cachedTokens: summary.usage.map { Int64($0.cachedInput) },
            outputTokens: summary.usage.map { Int64($0.output) }, cost: summary.cost.map { Int64($0) },
            latency: Int64(summary.latency.milliseconds),
            outcome: UsageOutcome(summary.outcome), route: summary.isFromCache ? .cache : route)
    }
}

extension Duration {
    /// Rounded down.
    package var milliseconds: Int { Int(components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000) }
}

extension CompletionSummary {
    package var isFromCache: Bool { cache == .hit || cache == .joined }
}

extension UsageOutcome {
    package init(_ outcome: CompletionSummary.Outcome) {
        switch outcome {
        case .succeeded: self = .ok
        case .failed: self = .error
        case .cancelled: self = .cancelled
        }
    }
}
