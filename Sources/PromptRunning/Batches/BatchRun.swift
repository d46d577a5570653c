internal import Completions

/// Runs many tasks, several at a time.
package struct BatchRun: Sendable {
    /// How many run at once, unless somebody says otherwise.
    package static let parallelDefault = 10
    package static let parallelMax = 50

    package var parallel: Int
    /// Whether an error that the other tasks would meet too ends all of it, so that it can be gone on with later.
    package var stopsWhereNobodyAnswers: Bool
    /// Of all answers together: one that comes beyond it has failed. For whoever holds them until the last has come.
    package var answersBytesMax = Int.max
    /// Answers one task.
    package var answer: @Sendable (BatchTask) async throws -> BatchResult

    package init(
        parallel: Int = parallelDefault, stopsWhereNobodyAnswers: Bool = false,
        _ answer: @escaping @Sendable (BatchTask) async throws -> BatchResult
    ) {
        self.parallel = min(max(1, parallel), Self.parallelMax)
        (self.stopsWhereNobodyAnswers, self.answer) = (stopsWhereNobodyAnswers, answer)
    }

    /// - Parameter done: told of each as it ends, one at a time. An error of its own ends all.
    /// - Throws: `CancellationError`, what `done` throws, or what would end the other tasks too. What runs then is
    ///   ended, and no result of it.
    package func run(_ tasks: [BatchTask], _ done: (BatchResult) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: BatchResult.self) { group in
            var (waiting, bytes) = (tasks.makeIterator(), 0)
            for _ in 0..<parallel {
                guard let task = waiting.next() else { break }
                group.addTask { try await outcome(of: task) }
            }
            while var result = try await group.next() {
                bytes += result.response?.utf8.count ?? 0
                if bytes > answersBytesMax {
                    result.refuse("the answers of the batch have more than \(answersBytesMax) bytes")
                }
                try await done(result)
                guard let task = waiting.next() else { continue }
                group.addTask { try await outcome(of: task) }
            }
        }
    }

    private func outcome(of task: BatchTask) async throws -> BatchResult {
        let start = ContinuousClock.now
        do {
            return try await answer(task)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            if stopsWhereNobodyAnswers, let error = error as? CompletionError, error.meetsAll { throw error }
            return BatchResult(
                task, response: nil, error: "\(error)", nil, latency: (ContinuousClock.now - start).milliseconds)
        }
    }
}

extension CompletionError {
    /// Whether other requests would meet it too, whatever they say.
    fileprivate var meetsAll: Bool {
        switch code {
        case .unreachable, .keyRefused, .unauthorized, .creditsExhausted, .cancelled: true
        default: false
        }
    }
}
