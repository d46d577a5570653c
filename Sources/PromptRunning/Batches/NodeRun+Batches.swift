internal import Completions
package import PromptLibrary

extension NodeRun {
    /// Runs one task of many, and counts it as any other run.
    ///
    /// - Throws: what keeps it from being asked at all.
    package func answer(_ task: BatchTask, countedIn library: Library) async throws -> BatchResult {
        let start = ContinuousClock.now
        let result = try await run(task.wish)
        try library.record([result.usageEvent].compactMap { $0 })
        let latency = (ContinuousClock.now - start).milliseconds
        switch result.end {
        case .answered(let answer):
            return BatchResult(task, response: answer.text, error: nil, result.summary, latency: latency)
        case .failed(let error): throw error
        case .queued: throw CompletionError(.unreachable, "nobody can be reached now")
        }
    }
}
