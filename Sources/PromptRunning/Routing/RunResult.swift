package import Completions
package import PromptLibrary

/// What became of a run.
package struct RunResult: Sendable {
    package enum End: Sendable {
        case answered(ChatAnswer)
        case queued(JobView)
        /// `CompletionError`, or what the library says.
        case failed(any Error)
    }

    package var end: End
    /// Nil where no way led anywhere.
    package var taken: TakenRoute?
    package var prepared: PreparedCompletion
    /// Nil where nobody was asked.
    package var summary: CompletionSummary?

    /// What it took, as the library remembers it; nil where nobody was asked.
    package var use: MeasuredUse? {
        guard let summary, let taken else { return nil }
        return MeasuredUse(summary, route: taken.route)
    }

    /// Nil for what somebody else writes down: the server what went through it, and whoever runs a job that job.
    package var usageEvent: UsageEvent? {
        guard let use, use.route != .server, use.route != .queue else { return nil }
        return UsageEvent(.completion, prompt: prepared.promptID, version: prepared.version, use: use)
    }
}

extension CompletionError {
    /// Whether nobody refused anything: there was nobody, or none with that model.
    var leavesRoute: Bool {
        guard !hasBegun else { return false }
        return code == .unreachable || code == .unknownModel || (code == .refused && status == 404)
    }

    /// What a way leads to when all ways lead nowhere.
    static func nowhere(_ passed: [PassedRoute]) -> CompletionError {
        let reasons = passed.map { "\($0.route.rawValue): \($0.reason)" }.joined(separator: "; ")
        let code: Code = passed.contains(where: \.isUnreachable) ? .unreachable : .unknownModel
        return CompletionError(code, "nobody can answer this: \(reasons)")
    }
}
