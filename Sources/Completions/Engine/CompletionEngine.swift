internal import FoundationEssentials

/// Answers requests: from the cache, or by the providers of a call's routes, one after another.
///
/// What was reserved is settled or refunded, and what became of a call is recorded, exactly once in every ending.
///
/// One is made for a process. A gateway reads a body with ``InboundRequest/init(_:_:)``, looks up who has the model for
/// the routes of a ``CompletionCall``, and asks for ``complete(_:)`` or, where ``InboundRequest/isStreaming`` says so,
/// for ``stream(_:)``. A `CompletionError` is answered with ``CompletionError/httpStatus`` and
/// ``CompletionError/body(in:)``; in a stream that has begun, with ``CompletionError/event(in:)``.
package struct CompletionEngine: Sendable {
    package let upstream: Upstream
    package let cache: AnswerCache
    package var prices: @Sendable () -> PriceTable
    package var budget: any CompletionBudget = FreeBudget()
    package var recorder: any CompletionRecorder = NoRecorder()
    package var screen: any CompletionScreen = NoScreen()
    /// Whether recorders are told what was answered.
    package var tellsAnswers = false
    /// In seconds since 1970.
    package var now: @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    let flights = SingleFlight<CacheKey, FlownAnswer>()
    let streams = SharedStreams()

    /// - Parameter prices: asked for each call, so that a new card holds at once.
    package init(
        _ upstream: Upstream = Upstream(), cache: AnswerCache = AnswerCache(),
        prices: @escaping @Sendable () -> PriceTable = { .builtIn }
    ) {
        (self.upstream, self.cache, self.prices) = (upstream, cache, prices)
    }

    /// The whole answer, unjudged.
    func answer(_ call: CompletionCall) async throws -> CompletionAnswer {
        let timer = CallTimer(now())
        guard let key = try call.cacheKey() else {
            return try await ask(call, timer, cache: .unused)
        }
        if let answer = await cache.answer(for: key, now: timer.startedAt) {
            return try await serve(answer, call, timer, .hit)
        }
        if call.cacheUse == .only { throw await missing(call, timer) }
        return try await fly(call, key, timer)
    }

    /// What a whole answer says, where recorders are told.
    func told(_ body: [UInt8], _ format: WireFormat) -> String? {
        tellsAnswers ? (try? format.answer(body))?.text : nil
    }

    func keep(_ answer: CachedAnswer, for key: CacheKey, of call: CompletionCall) async {
        await cache.keep(answer, for: key)
        await recorder.kept(answer, of: call)
    }

    /// - Returns: the error that says so, when it is recorded.
    func missing(_ call: CompletionCall, _ timer: CallTimer) async -> CompletionError {
        let error = CompletionError(.unreachable, "the cache has no answer to this, and nobody else is to be asked")
        let account = CallAccount(call, nil, recorder, timer.summary(cache: .miss))
        await account.end(.failed(error.code)) { $0.latency = timer.elapsed }
        return error
    }
}
