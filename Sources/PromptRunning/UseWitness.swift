package import Completions
package import PromptLibrary
internal import Synchronization

/// Remembers what a call took, for whoever writes that down with something else.
package final class UseWitness: CompletionRecorder {
    private let route: UsageRoute
    private let summary = Mutex<CompletionSummary?>(nil)

    package init(route: UsageRoute) { self.route = route }

    /// In the place of another, which still logs what was said.
    package func inPlace(of recorder: any CompletionRecorder) -> any CompletionRecorder {
        WitnessedRecorder(witness: self, recorder: recorder)
    }

    /// Nil where nobody was asked.
    package var use: MeasuredUse? { summary.withLock { $0 }.map { MeasuredUse($0, route: route) } }

    package func record(_ call: CompletionCall, _ summary: CompletionSummary) async {
        self.summary.withLock { $0 = summary }
    }
}

private struct WitnessedRecorder: CompletionRecorder {
    let witness: UseWitness
    let recorder: any CompletionRecorder

    func record(_ call: CompletionCall, _ summary: CompletionSummary) async {
        await witness.record(call, summary)
        await recorder.log(call, summary)
    }
}
