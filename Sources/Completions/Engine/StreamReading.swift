internal import AsyncHTTPClient
internal import NIOCore

/// Reads a provider's stream for one reader. When that one drops it, the connection to the provider is closed.
final class StreamReading {
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var relay: StreamRelay
    private let provider: Provider
    private let place: CallPlace
    private let deadline: NIODeadline
    private let context: StreamContext
    private var bytes = 0
    private var timeToFirstToken: Duration?
    private var isOver = false

    init(_ opened: OpenedStream, _ context: StreamContext) {
        body = opened.stream.body.makeAsyncIterator()
        (relay, provider, self.context) = (opened.relay, opened.provider, context)
        (place, deadline) = (opened.stream.place, opened.stream.deadline)
    }

    deinit {
        place.giveBack()
        context.account.abandon { describe(&$0) }
    }

    /// - Throws: `CompletionError`.
    func next() async throws -> ByteBuffer? {
        guard !isOver else { return nil }
        do {
            return try await more()
        } catch {
            isOver = true
            let error = Upstream.error(error, provider, hasBegun: true)
            await end(Task.isCancelled ? .cancelled : error.outcome)
            throw error
        }
    }

    private func more() async throws -> ByteBuffer? {
        while let chunk = try await body.next() {
            if timeToFirstToken == nil { timeToFirstToken = context.timer.elapsed }
            bytes += chunk.readableBytes
            guard bytes <= context.bytesMax else {
                throw context.engine.upstream.tooLarge(provider)
            }
            guard NIODeadline.now() < deadline else { throw HTTPClientError.deadlineExceeded }
            if let failure = relay.state.failure { throw failure }
            let passed = try relay.take(chunk)
            if passed.readableBytes > 0 { return passed }
        }
        return try await finish()
    }

    private func finish() async throws -> ByteBuffer? {
        if Task.isCancelled { throw CancellationError() }
        let rest = try relay.end()
        isOver = true
        await keep()
        await end(.succeeded)
        return rest.readableBytes > 0 ? rest : nil
    }

    private func end(_ outcome: CompletionSummary.Outcome) async {
        place.giveBack()
        await context.account.end(outcome) { describe(&$0) }
    }

    private func describe(_ summary: inout CompletionSummary) {
        summary.usage = relay.state.usage
        summary.answeredModel = relay.state.model
        summary.cost = context.engine.cost(summary)
        summary.latency = context.timer.elapsed
        summary.timeToFirstToken = timeToFirstToken
    }

    private func keep() async {
        guard let key = context.key, let answer = relay.state.builder?.answer else { return }
        let (call, summary) = (context.account.call, context.account.summary)
        guard call.isFirstChoice(summary) else { return }
        let format = call.request.format
        let kept = CachedAnswer(
            workspace: call.workspace, format: format, body: format.body(answer, createdAt: context.timer.startedAt),
            provider: provider.name, model: summary.model ?? "", usage: answer.usage,
            createdAt: context.timer.startedAt)
        await context.engine.keep(kept, for: key, of: call)
    }
}
