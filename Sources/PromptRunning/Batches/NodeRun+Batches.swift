internal import Completions

extension NodeRun {
    /// Runs one task of many, and tells `whenRun` of it.
    ///
    /// - Throws: what keeps it from being answered.
    package func answer(_ task: BatchTask) async throws -> BatchResult {
        let start = ContinuousClock.now
        let result = try await run(task.wish)
        whenRun(result)
        let latency = (ContinuousClock.now - start).milliseconds
        switch result.end {
        case .answered(let answer):
            return BatchResult(task, response: answer.text, error: nil, result.summary, latency: latency)
        case .failed(let error): throw error
        case .queued: throw CompletionError(.unreachable, "nobody can be reached now")
        }
    }
}
