internal import NIOCore
internal import Synchronization

/// How far a stream has come, and what it holds: for who reads it, and for its deadline.
final class StreamProgress: Sendable {
    private struct State: Sendable {
        var relay: StreamRelay
        var timeToFirstToken: Duration?
        /// Whether the provider is waited for, and not the reader.
        var isAwaited = false
    }

    let provider: Provider
    private let place: CallPlace
    private let context: StreamContext
    private let state: Mutex<State>

    init(_ opened: OpenedStream, _ context: StreamContext) {
        (provider, place, self.context) = (opened.provider, opened.stream.place, context)
        state = Mutex(State(relay: opened.relay))
    }

    var isAwaited: Bool {
        get { state.withLock { $0.isAwaited } }
        set { state.withLock { $0.isAwaited = newValue } }
    }

    var tooLarge: CompletionError { context.engine.upstream.tooLarge(provider) }

    /// - Returns: what is to be passed on; it may be empty.
    /// - Throws: `CompletionError`.
    func take(_ chunk: ByteBuffer) throws(CompletionError) -> ByteBuffer {
        try state.withLock { (state) throws(CompletionError) in
            if state.timeToFirstToken == nil { state.timeToFirstToken = context.timer.elapsed }
            if let failure = state.relay.state.failure { throw failure }
            return try state.relay.take(chunk)
        }
    }

    /// - Returns: what the client still has to get.
    /// - Throws: `CompletionError` where the stream ended too early, or with an error.
    func finish() throws(CompletionError) -> ByteBuffer {
        try state.withLock { (state) throws(CompletionError) in try state.relay.end() }
    }

    func end(_ outcome: CompletionSummary.Outcome) async {
        place.giveBack()
        await context.account.end(outcome) { describe(&$0) }
    }

    /// At the deadline: whoever is waited for then has taken too long. A reader pays for what it got.
    func expire() async { await end(isAwaited ? .failed(.timedOut) : .cancelled) }

    /// The reader has gone.
    func abandon() {
        place.giveBack()
        context.account.abandon { describe(&$0) }
    }

    private func describe(_ summary: inout CompletionSummary) {
        let (learnt, timeToFirstToken) = state.withLock { ($0.relay.state, $0.timeToFirstToken) }
        summary.usage = learnt.usage
        (summary.answeredModel, summary.answer) = (learnt.model, learnt.heard)
        summary.cost = context.engine.cost(summary)
        summary.latency = context.timer.elapsed
        summary.timeToFirstToken = timeToFirstToken
    }

    /// Hands the whole answer to the cache, where it is wanted there and nothing of it would be lost.
    func keep() async {
        guard let key = context.key, let answer = state.withLock({ $0.relay.state.builder?.answer }),
            !answer.hasThoughts
        else { return }
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
