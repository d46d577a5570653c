internal import Changesets
internal import Completions
internal import FoundationEssentials
internal import Policies
internal import PromptLibrary
internal import Synchronization

/// The policies of a library at work on one run of a node, whichever ways it goes.
final class NodePolice: Sendable {
    private struct Kind: Hashable {
        var policy: RowID
        var side: String
        var kind: String
    }

    /// Of all calls that the run makes.
    let requestID = UUID().uuidString
    private let catalog: ModelCatalog
    private let subject: PolicyScreen.Subject
    private let known = Mutex<(order: [NewViolation], kinds: Set<Kind>)>(([], []))

    init(_ catalog: ModelCatalog, _ prepared: PreparedCompletion) {
        self.catalog = catalog
        subject = .init(prompt: prepared.promptID, version: prepared.version, project: prepared.project)
    }

    var screen: PolicyScreen { PolicyScreen(catalog.policies, subject) { [self] in note($0) } }

    /// Each way judges the request anew: that is one thing.
    private func note(_ violations: [NewViolation]) {
        known.withLock { known in
            for violation in violations {
                let kind = Kind(
                    policy: violation.policy, side: violation.side?.rawValue ?? "", kind: violation.kind)
                if known.kinds.insert(kind).inserted { known.order.append(violation) }
            }
        }
    }

    /// - Throws: `CompletionError` for a request that must not go to a model.
    func admit(_ request: InboundRequest) throws(CompletionError) {
        let call = CompletionCall(id: requestID, workspace: "", request, routes: [])
        try CompletionEngine.admit(call, screen)
    }

    private var found: [NewViolation] { known.withLock { $0.order } }

    /// What is to be written down here. What went through the server is written down there, but for what did not get
    /// that far.
    func found(_ result: RunResult) -> [NewViolation] {
        guard result.taken?.route == .server || result.taken?.route == .queue else { return found }
        guard case .failed(let error as CompletionError) = result.end else { return [] }
        switch error.code {
        case .unreachable: return found
        case .policyViolation: return found.filter { $0.action == .block }
        default: return []
        }
    }

    var warnings: [String] { found.compactMap { violation in violation.warning(screen.name(of: violation.policy)) } }
}
