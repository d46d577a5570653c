internal import Synchronization

/// So many calls are under way at once; others wait, in the order in which they came, and not for ever.
package final class CallLimit: Sendable {
    package struct Bounds: Sendable {
        package var running = 50
        package var waiting = 500
        /// In milliseconds.
        package var wait = 30_000

        package init() {}
    }

    private struct State {
        var running = 0
        var nextID = 0
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        /// On their way to wait; true where they were cancelled meanwhile.
        var coming: [Int: Bool] = [:]
    }

    private let bounds: Bounds
    private let state = Mutex(State())

    package init(_ bounds: Bounds = Bounds()) { self.bounds = bounds }

    package var running: Int { state.withLock { $0.running } }
    package var waiting: Int { state.withLock { $0.waiters.count } }

    /// Each entry is followed by one ``leave()``.
    ///
    /// - Throws: `CompletionError` of code `busy` or `cancelled`.
    func enter() async throws(CompletionError) {
        let isIn = state.withLock { state in
            guard state.running < bounds.running else { return false }
            state.running += 1
            return true
        }
        guard !isIn else { return }
        do {
            try await wait()
        } catch let error as CompletionError {
            throw error
        } catch {
            throw CompletionError(.cancelled, "cancelled while it waited for others")
        }
    }

    private func wait() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            state.coming[state.nextID] = false
            return state.nextID
        }
        let timer = Task {
            try await Task.sleep(for: .milliseconds(bounds.wait))
            fail(id, busy("waited \(bounds.wait) ms for others"))
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { join(id, $0) }
        } onCancel: {
            fail(id, CancellationError())
        }
    }

    private func busy(_ reason: String) -> CompletionError {
        var error = CompletionError(.busy, "too many calls are under way (\(reason)); try again in a moment")
        error.retryAfterMilliseconds = 1000
        return error
    }

    private func join(_ id: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        let outcome: Result<Void, any Error>? = state.withLock { state in
            if state.coming.removeValue(forKey: id) == true { return .failure(CancellationError()) }
            if state.running < bounds.running {
                state.running += 1
                return .success(())
            }
            guard state.waiters.count < bounds.waiting else {
                return .failure(busy("\(bounds.waiting) wait already"))
            }
            state.waiters.append((id, continuation))
            return nil
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    private func fail(_ id: Int, _ error: any Error) {
        let waiter = state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                if state.coming[id] != nil { state.coming[id] = true }
                return nil as CheckedContinuation<Void, any Error>?
            }
            return state.waiters.remove(at: index).continuation
        }
        waiter?.resume(throwing: error)
    }

    /// The place goes to who has waited longest.
    func leave() {
        let next = state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.running -= 1
                return nil as CheckedContinuation<Void, any Error>?
            }
            return state.waiters.removeFirst().continuation
        }
        next?.resume()
    }
}

/// A place among the calls that are under way, given back once, at the latest when nobody holds it any more.
final class CallPlace: Sendable {
    private let limit: CallLimit
    private let isOver = Mutex(false)

    private init(_ limit: CallLimit) { self.limit = limit }

    static func take(_ limit: CallLimit) async throws(CompletionError) -> CallPlace {
        try await limit.enter()
        return CallPlace(limit)
    }

    func giveBack() {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        if isFirst { limit.leave() }
    }

    deinit { giveBack() }
}
