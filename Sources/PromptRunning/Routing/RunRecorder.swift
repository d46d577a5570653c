internal import Completions
internal import Synchronization

/// Catches what the engine says of a call, for whoever writes it down.
final class RunRecorder: CompletionRecorder {
    private struct State {
        var summary: CompletionSummary?
        var waiter: CheckedContinuation<CompletionSummary?, Never>?
        var isOver = false
    }

    private let state = Mutex(State())
    /// In milliseconds: a call that was dropped ends by itself, and soon.
    private static let patience = 3_000

    func record(_ call: CompletionCall, _ summary: CompletionSummary) async { finish(summary) }

    /// Also where the task is cancelled, it waits until the call has ended.
    ///
    /// - Returns: nil for a call that nobody was asked for.
    func summary() async -> CompletionSummary? {
        let timer = Task.detached { [self] in
            try await Task.sleep(for: .milliseconds(Self.patience))
            finish(nil)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.isOver { return true }
                state.waiter = waiter
                return false
            }
            if isOver { waiter.resume(returning: state.withLock { $0.summary }) }
        }
    }

    private func finish(_ summary: CompletionSummary?) {
        let waiter = state.withLock { state in
            guard !state.isOver else { return nil as CheckedContinuation<CompletionSummary?, Never>? }
            (state.isOver, state.summary) = (true, summary)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: summary)
    }
}
