internal import Completions
internal import PromptLibrary
internal import WebResearch

extension NodeRun {
    /// What is asked, with what the web says before it, where that is wanted.
    func researched(_ prepared: PreparedCompletion) async throws -> PreparedCompletion {
        guard let research else { return prepared }
        do {
            let ask = asking(prepared)
            let (request, report) = try await desk.researched(
                prepared.request, research.depth, scope: workspace(), ask: ask)
            whenResearched(.success(report))
            var prepared = prepared
            prepared.request = request
            return prepared
        } catch let error as CompletionError where research.onlyIfOnline && error.isOffline {
            whenResearched(.failure(error))
            return prepared
        }
    }

    /// Asks the model on the way, by any route that answers now, and counts it.
    private func asking(_ prepared: PreparedCompletion) -> @Sendable (InboundRequest) async throws -> String {
        var run = self
        (run.research, run.isForNow, run.kind, run.cacheUse) = (nil, true, .completion, .never)
        (run.whenTaken, run.whenSaid) = ({ _ in }, { _ in })
        if run.route == .cache || run.route == .queue { run.route = .auto }
        return { [run] request in
            var asked = prepared
            asked.request = request
            let result = try await run.run(asked)
            run.whenRun(result)
            switch result.end {
            case .answered(let answer): return answer.text
            case .failed(let error): throw error
            case .queued: throw CompletionError(.unreachable, "nobody can be reached now")
            }
        }
    }
}

extension CompletionError {
    fileprivate var isOffline: Bool { code == .unreachable || code == .timedOut }
}
