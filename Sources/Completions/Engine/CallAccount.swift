internal import Synchronization

/// Ends a call once: settles or refunds what was reserved, and records what became of it.
///
/// Its end comes at the latest when nobody holds it any more: a client that goes without a word is one that cancels.
final class CallAccount: Sendable {
    let call: CompletionCall
    private let reservation: (any BudgetReservation)?
    private let recorder: any CompletionRecorder
    private let state: Mutex<State>

    private struct State: Sendable {
        var isOver = false
        var summary: CompletionSummary
    }

    init(
        _ call: CompletionCall, _ reservation: (any BudgetReservation)?, _ recorder: any CompletionRecorder,
        _ summary: CompletionSummary
    ) {
        (self.call, self.reservation, self.recorder) = (call, reservation, recorder)
        state = Mutex(State(summary: summary))
    }

    /// What is known so far.
    var summary: CompletionSummary { state.withLock { $0.summary } }

    /// Adds to what is known so far.
    func note(_ change: (inout CompletionSummary) -> Void) { state.withLock { change(&$0.summary) } }

    /// Even where the task is cancelled, all is done when this returns. Further ends do nothing.
    ///
    /// - Returns: the summary of the first end.
    @discardableResult
    func end(_ outcome: CompletionSummary.Outcome, _ change: (inout CompletionSummary) -> Void) async
        -> CompletionSummary
    {
        let (summary, isFirst) = close(outcome, change)
        guard isFirst else { return summary }
        await Self.finish(call, reservation, recorder, summary)
        return summary
    }

    private func close(
        _ outcome: CompletionSummary.Outcome, _ change: (inout CompletionSummary) -> Void
    ) -> (CompletionSummary, Bool) {
        state.withLock { state in
            guard !state.isOver else { return (state.summary, false) }
            state.isOver = true
            state.summary.outcome = outcome
            change(&state.summary)
            return (state.summary, true)
        }
    }

    /// Hooks don't look at whether the task is cancelled.
    private static func finish(
        _ call: CompletionCall, _ reservation: (any BudgetReservation)?, _ recorder: any CompletionRecorder,
        _ summary: CompletionSummary
    ) async {
        if summary.isDue { await reservation?.settle(summary) } else { await reservation?.refund(summary) }
        await recorder.record(call, summary)
    }

    /// As an end, for those who can't wait for it.
    func abandon(_ change: (inout CompletionSummary) -> Void = { _ in }) {
        let (summary, isFirst) = close(.cancelled, change)
        guard isFirst else { return }
        Task { [call, reservation, recorder] in await Self.finish(call, reservation, recorder, summary) }
    }

    deinit { abandon() }
}
