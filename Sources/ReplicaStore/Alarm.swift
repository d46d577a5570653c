internal import Synchronization

/// Lets one task wait until it is woken, or a time is over. A ring that nobody waits for is kept for the next wait.
package final class Alarm: Sendable {
    private struct State {
        var isRung = false
        var waiting: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func ring() { end(isRung: true) }

    private func end(isRung: Bool) {
        let waiting = state.withLock { state in
            if state.waiting == nil, isRung { state.isRung = true }
            return state.waiting.take()
        }
        waiting?.resume(returning: isRung)
    }

    /// - Parameter most: for ever where nil. Ends too when the task is cancelled.
    /// - Returns: whether it was woken.
    @discardableResult
    package func wait(atMost most: Duration? = nil) async -> Bool {
        let timer = most.map { most in
            Task {
                try await Task.sleep(for: most, tolerance: most / 20)
                end(isRung: false)
            }
        }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRung = state.withLock { state in
                    if !state.isRung { state.waiting = continuation }
                    defer { state.isRung = false }
                    return state.isRung
                }
                if isRung { continuation.resume(returning: true) }
            }
        } onCancel: {
            ring()
        }
    }
}
