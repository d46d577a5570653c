/// A whole answer.
package struct CompletionAnswer: Sendable {
    /// In the client's format.
    package var body: [UInt8]
    package var summary: CompletionSummary
}

/// Since when a call runs.
struct CallTimer: Sendable {
    /// In seconds since 1970.
    let startedAt: Int
    private let start = ContinuousClock.now

    init(_ now: Int) { startedAt = now }

    var elapsed: Duration { ContinuousClock.now - start }

    /// Of a call that has not ended: if nobody ends it, it is one that was cancelled.
    func summary(cache: CompletionSummary.CacheResult) -> CompletionSummary {
        var summary = CompletionSummary(.cancelled)
        (summary.startedAt, summary.cache) = (startedAt, cache)
        return summary
    }
}
