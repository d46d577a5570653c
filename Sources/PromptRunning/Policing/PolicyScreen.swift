package import Changesets
package import Completions
internal import Policies
package import PromptLibrary

/// The policies of a workspace at work on calls.
package struct PolicyScreen: CompletionScreen {
    /// Of what a call is made, as far as policies and those who read of violations care.
    package struct Subject: Sendable {
        package var prompt: RowID?
        package var version: RowID?
        package var project: RowID?
        /// Nil for whoever writes it down.
        package var user: RowID?

        package init(prompt: RowID? = nil, version: RowID? = nil, project: RowID? = nil, user: RowID? = nil) {
            (self.prompt, self.version, self.project, self.user) = (prompt, version, project, user)
        }
    }

    private let policies: [Policy]
    /// The name of one that nobody here can read, and that may forbid anything.
    private let unreadable: String?
    private let subject: Subject
    private var report: @Sendable ([NewViolation]) -> Void

    /// - Parameters:
    ///   - policies: those of the workspace.
    ///   - report: called once for each call that went against any, when it is over.
    package init(
        _ policies: [StandingPolicy], _ subject: Subject, report: @escaping @Sendable ([NewViolation]) -> Void
    ) {
        let standing = policies.filter { $0.holds(in: subject.project) }
        self.policies = standing.compactMap(\.policy)
        unreadable = standing.first { $0.policy == nil && $0.blocks }?.name
        (self.subject, self.report) = (subject, report)
    }

    package func judge(_ call: CompletionCall) -> (any CallJudge)? {
        guard !policies.isEmpty || unreadable != nil else { return nil }
        let notes = ViolationNotes(subject: subject, requestID: call.id)
        return PolicyJudge(policies, unreadable: unreadable, notes, report)
    }

    /// The same, for a look before the call itself: what does not forbid it is told of by that.
    package var refusing: PolicyScreen {
        var screen = self
        screen.report = { [report] violations in
            let refusals = violations.filter { $0.action == .block }
            if !refusals.isEmpty { report(refusals) }
        }
        return screen
    }

    /// The same, telling nobody.
    package var silent: PolicyScreen {
        var screen = self
        screen.report = { _ in }
        return screen
    }

    package func name(of policy: RowID) -> String { policies.first { $0.id == policy.hex }?.name ?? "" }
}
