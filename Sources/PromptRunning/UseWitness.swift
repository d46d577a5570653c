package import Completions
package import PromptLibrary
internal import Synchronization

/// Remembers what a call took, for whoever writes that down with something else.
package final class UseWitness: CompletionRecorder {
    private let route: UsageRoute
    private let summary = Mutex<CompletionSummary?>(nil)

    package init(route: UsageRoute) { self.route = route }

    /// Nil where nobody was asked.
    package var use: MeasuredUse? { summary.withLock { $0 }.map { MeasuredUse($0, route: route) } }

    package func record(_ call: CompletionCall, _ summary: CompletionSummary) async {
        self.summary.withLock { $0 = summary }
    }
}
