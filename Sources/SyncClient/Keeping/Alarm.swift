internal import Synchronization

/// Lets one task wait until it is woken, or a time is over. A ring that nobody waits for is kept for the next wait.
final class Alarm: Sendable {
    private struct State {
        var isRung = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let waiting = state.withLock { state in
            state.isRung = state.waiting == nil
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// - Parameter most: for ever where nil. Ends too when the task is cancelled.
    func wait(atMost most: Duration? = nil) async {
        let timer = most.map { most in
            Task {
                try await Task.sleep(for: most, tolerance: most / 20)
                ring()
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRung = state.withLock { state in
                    if !state.isRung { state.waiting = continuation }
                    defer { state.isRung = false }
                    return state.isRung
                }
                if isRung { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
        timer?.cancel()
    }
}
