internal import NIOCore

extension CompletionEngine {
    /// The answer as a stream, unjudged.
    func open(_ call: CompletionCall) async throws -> CompletionStream {
        let timer = CallTimer(now())
        guard let key = try call.cacheKey() else {
            let (opened, context) = try await open(call, timer, nil)
            return CompletionStream(source: .coming(opened, context), beginning: context.account.summary)
        }
        if let kept = await cache.answer(for: key, now: timer.startedAt),
            let stream = try await replay(kept, call, timer)
        {
            return stream
        }
        if call.cacheUse == .only { throw await missing(call, timer) }
        return try await share(call, key, timer)
    }

    /// An answer that is there already, as a stream; nil where a stream of ours would leave out a part of it.
    private func replay(
        _ kept: CachedAnswer, _ call: CompletionCall, _ timer: CallTimer
    ) async throws -> CompletionStream? {
        let format = call.request.format
        let answer = try format.answer(kept.body)
        guard !answer.hasThoughts else { return nil }
        let events = format.stream(answer, wantsUsage: call.request.wantsUsage, createdAt: kept.createdAt)
        let summary = try await serve(kept, call, timer, .hit).summary
        return CompletionStream(source: .kept(ByteBuffer(bytes: events)), beginning: summary)
    }

    /// Reserves, and waits for the first provider of the routes that begins.
    func open(
        _ call: CompletionCall, _ timer: CallTimer, _ key: CacheKey?
    ) async throws -> (OpenedStream, StreamContext) {
        let beginning = timer.summary(cache: key == nil ? .unused : .miss)
        let account = CallAccount(call, try await budget.reserve(call), recorder, beginning)
        do throws(CompletionError) {
            let keeps = key == nil ? false : try !AnswerForms.differ(call.request)
            let opened = try await firstRoute(call, account) { (route, outbound) async throws(CompletionError) in
                try await open(call, route, outbound, account, keeps: keeps)
            }
            return (opened, StreamContext(engine: self, account: account, timer: timer, key: key))
        } catch {
            await account.end(error.outcome) { $0.latency = timer.elapsed }
            throw error
        }
    }

    private func open(
        _ call: CompletionCall, _ route: CompletionCall.Route, _ outbound: OutboundBody, _ account: CallAccount,
        keeps: Bool
    ) async throws(CompletionError) -> OpenedStream {
        let stream = try await upstream.open(upstreamCall(call, route, outbound))
        account.note { $0.attempts += stream.attempts }
        let options = StreamOptions(
            wantsUsage: call.request.wantsUsage, hidesUsage: outbound.hasAddedUsage, gathers: keeps,
            listens: tellsAnswers, createdAt: now())
        let relay = StreamRelay(from: route.provider.format, to: call.request.format, options)
        return OpenedStream(stream: stream, relay: relay, provider: route.provider)
    }
}

struct OpenedStream: Sendable {
    var stream: UpstreamStream
    var relay: StreamRelay
    var provider: Provider
}

/// What a stream needs to end well.
struct StreamContext: Sendable {
    var engine: CompletionEngine
    var account: CallAccount
    var timer: CallTimer
    /// Nil where the answer is not to be kept.
    var key: CacheKey?

    /// What is kept and shared is held as a whole.
    var bytesMax: Int {
        key == nil ? engine.upstream.settings.streamBytesMax : engine.upstream.settings.answerBytesMax
    }
}
