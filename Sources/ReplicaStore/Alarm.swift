internal import Synchronization

/// Lets one task wait until it is woken, or a time is over. A ring that nobody waits for is kept for the next wait.
///
/// A sleep that is cancelled leaves its timer with the system until its time has come. Whoever is woken often, and
/// would else wait for a minute, would have hundreds of them. So one that is there goes on, and the end of a wait is
/// looked at when it is over.
package final class Alarm: Sendable {
    private typealias Instant = ContinuousClock.Instant

    private struct State {
        var isRung = false
        var waiting: CheckedContinuation<Bool, Never>?
        /// Of who waits; nil for no end.
        var deadline: Instant?
        /// The first that somebody sleeps for.
        var sleepsUntil: Instant?

        /// - Returns: what a new sleep is to be for; nil where none is wanted.
        mutating func nextSleep() -> Instant? {
            guard waiting != nil, let deadline, sleepsUntil.map({ deadline < $0 }) ?? true else { return nil }
            sleepsUntil = deadline
            return deadline
        }
    }

    private let state = Mutex(State())

    package init() {}

    package func ring() {
        let waiting = state.withLock { state in
            if state.waiting == nil { state.isRung = true }
            return state.waiting.take()
        }
        waiting?.resume(returning: true)
    }

    /// - Parameter most: for ever where nil. Ends too when the task is cancelled.
    /// - Returns: whether it was woken.
    @discardableResult
    package func wait(atMost most: Duration? = nil) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isRung, sleep) = state.withLock { state in
                    defer { state.isRung = false }
                    guard !state.isRung else { return (true, Instant?.none) }
                    (state.waiting, state.deadline) = (continuation, most.map { .now + $0 })
                    return (false, state.nextSleep())
                }
                if isRung { continuation.resume(returning: true) }
                if let sleep { self.sleep(until: sleep) }
            }
        } onCancel: {
            ring()
        }
    }

    private func sleep(until instant: Instant) {
        Task { [weak self] in
            try? await Task.sleep(until: instant, tolerance: max(.zero, (instant - .now) / 20))
            self?.wake(from: instant)
        }
    }

    private func wake(from instant: Instant) {
        let (waiting, sleep) = state.withLock { state in
            if state.sleepsUntil == instant { state.sleepsUntil = nil }
            guard let deadline = state.deadline, deadline <= .now else {
                return (CheckedContinuation<Bool, Never>?.none, state.nextSleep())
            }
            return (state.waiting.take(), nil)
        }
        waiting?.resume(returning: false)
        if let sleep { self.sleep(until: sleep) }
    }
}
