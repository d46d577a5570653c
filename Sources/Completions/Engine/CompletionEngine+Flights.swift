/// What a flight brings: for who began it, and for the cache and all others.
struct FlownAnswer: Sendable {
    var answer: CompletionAnswer
    var cached: CachedAnswer
}

extension CompletionEngine {
    /// With all who ask the same at the same time.
    func fly(_ call: CompletionCall, _ key: CacheKey, _ timer: CallTimer) async throws -> CompletionAnswer {
        while true {
            let flight = await flights.run(key) { try await lead(call, key, timer) }
            switch flight.result {
            case .success(let flown) where flight.isFirst: return flown.answer
            case .success(let flown):
                cache.countJoined()
                return try await serve(flown.cached, call, timer, .joined)
            case .failure(let error as CompletionError) where flight.isFirst: throw error
            case .failure(let error as CompletionError): throw await fail(call, error, timer)
            // The flight goes on for others, or ends with a record of its own.
            case .failure where flight.isFirst && Task.isCancelled: throw CompletionError(.cancelled, "cancelled")
            case .failure(let error) where flight.isFirst: throw error
            case .failure where Task.isCancelled:
                throw await fail(call, CompletionError(.cancelled, "cancelled"), timer)
            // Whoever asked first had no budget: that is nothing to this one.
            case .failure: continue
            }
        }
    }

    private func lead(_ call: CompletionCall, _ key: CacheKey, _ timer: CallTimer) async throws -> FlownAnswer {
        let answer = try await ask(call, timer, cache: .miss)
        let cached = CachedAnswer(
            workspace: call.workspace, format: call.request.format, body: answer.body,
            provider: answer.summary.provider ?? "", model: answer.summary.model ?? "", usage: answer.summary.usage,
            createdAt: timer.startedAt)
        if call.isFirstChoice(answer.summary) { await keep(cached, for: key, of: call) }
        return FlownAnswer(answer: answer, cached: cached)
    }

    /// Records a failure of a call that nothing was reserved for.
    func fail(_ call: CompletionCall, _ error: CompletionError, _ timer: CallTimer) async -> CompletionError {
        let account = CallAccount(call, nil, recorder, timer.summary(cache: .joined))
        await account.end(error.outcome) { $0.latency = timer.elapsed }
        return error
    }

    /// An answer that is there already.
    func serve(
        _ kept: CachedAnswer, _ call: CompletionCall, _ timer: CallTimer, _ result: CompletionSummary.CacheResult
    ) async throws -> CompletionAnswer {
        let account = CallAccount(call, nil, recorder, timer.summary(cache: result))
        let summary = await account.end(.succeeded) { summary in
            (summary.provider, summary.model) = (kept.provider, kept.model)
            (summary.usage, summary.cost, summary.latency) = (kept.usage, 0, timer.elapsed)
            summary.answer = told(kept.body, kept.format)
        }
        return CompletionAnswer(body: kept.body, summary: summary)
    }
}
