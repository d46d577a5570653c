internal import Synchronization

/// Answers that are given again to the same question, for some time.
package final class AnswerCache: Sendable {
    package struct Settings: Sendable {
        /// In seconds.
        package var lifetime = 3600
        /// In bytes, of all answers in memory.
        package var bytesMax = 64 << 20
        /// Of answers in memory.
        package var countMax = 10_000

        package init() {}
    }

    package struct Statistics: Sendable, Equatable {
        package var hits = 0
        package var misses = 0
        /// Requests that waited for the answer to an equal one.
        package var joined = 0
        package var evictions = 0
        package var entries = 0
        package var bytes = 0
        /// Times that the layer behind failed. The cache goes on without it.
        package var storageFailures = 0
    }

    private struct State: Sendable {
        var recent: RecentAnswers
        var statistics = Statistics()
    }

    private let settings: Settings
    private let behind: (any AnswerStorage)?
    private let state: Mutex<State>

    /// - Parameter behind: a layer that outlives the process or is shared.
    package init(_ settings: Settings = Settings(), behind: (any AnswerStorage)? = nil) {
        (self.settings, self.behind) = (settings, behind)
        state = Mutex(State(recent: RecentAnswers(bytesMax: settings.bytesMax, countMax: settings.countMax)))
    }

    package var statistics: Statistics {
        state.withLock { state in
            var result = state.statistics
            (result.entries, result.bytes) = (state.recent.count, state.recent.bytes)
            result.evictions = state.recent.evictions
            return result
        }
    }

    /// - Parameter now: in seconds since 1970.
    package func answer(for key: CacheKey, now: Int) async -> CachedAnswer? {
        let found = await lookUp(key, now: now)
        state.withLock { if found == nil { $0.statistics.misses += 1 } else { $0.statistics.hits += 1 } }
        return found
    }

    private func lookUp(_ key: CacheKey, now: Int) async -> CachedAnswer? {
        let recent = state.withLock { state -> CachedAnswer? in
            guard let answer = state.recent.answer(for: key) else { return nil }
            guard isFresh(answer, now) else {
                state.recent.remove(key)
                return nil
            }
            return answer
        }
        if let recent { return recent }
        guard let behind, let answer = await attempt({ try await behind.answer(for: key) }) ?? nil,
            isFresh(answer, now)
        else { return nil }
        state.withLock { $0.recent.keep(answer, for: key) }
        return answer
    }

    private func isFresh(_ answer: CachedAnswer, _ now: Int) -> Bool {
        (0..<settings.lifetime).contains(now - answer.createdAt)
    }

    package func keep(_ answer: CachedAnswer, for key: CacheKey) async {
        state.withLock { $0.recent.keep(answer, for: key) }
        if let behind { _ = await attempt { try await behind.keep(answer, for: key) } }
    }

    func countJoined() { state.withLock { $0.statistics.joined += 1 } }

    /// - Parameter workspace: nil for all.
    /// - Returns: how many answers there were in memory.
    /// - Throws: what the layer behind throws: nobody should believe then that it is empty.
    package func clear(workspace: String? = nil) async throws -> Int {
        let count = state.withLock { $0.recent.removeAll(workspace: workspace) }
        _ = try await behind?.clear(workspace: workspace)
        return count
    }

    /// A cache that fails is no reason to fail: the failure is counted, and the provider asked.
    private func attempt<Value>(_ work: () async throws -> Value) async -> Value? {
        do {
            return try await work()
        } catch {
            state.withLock { $0.statistics.storageFailures += 1 }
            return nil
        }
    }
}
