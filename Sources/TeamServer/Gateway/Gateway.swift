internal import Changesets
internal import Completions
internal import DirectoryStore
internal import Logging
internal import MessageLog
internal import NIOPosix
internal import Policies
internal import PromptLibrary
internal import PromptRunning
internal import ReplicaStore
internal import Synchronization

/// What the server runs prompts with: for all workspaces one queue to the providers, one cache, and one place where
/// use is written down.
final class Gateway: Sendable {
    let engine: CompletionEngine
    let directory: DirectoryStore
    let catalogs: Catalogs
    let sources: ProviderSources
    let usage: UsageWriter
    let research: ResearchDesk
    let messages: MessageLog
    private let logger: Logger

    /// - Parameter callsMax: how many calls to providers are under way at once.
    init(
        _ directory: DirectoryStore, _ replicas: WorkspaceReplicas, _ sources: ProviderSources,
        _ messages: MessageLog, callsMax: Int, _ logger: Logger
    ) {
        (self.directory, self.sources, self.logger) = (directory, sources, logger)
        self.messages = messages
        var settings = Upstream.Settings()
        settings.environment = sources.environment
        settings.bounds.running = callsMax
        engine = CompletionEngine(Upstream(settings))
        catalogs = Catalogs(directory, replicas, sources)
        usage = UsageWriter(replicas, logger)
        research = ResearchDesk(sources.environment)
    }

    /// The engine as a caller may use it.
    ///
    /// - Parameter isJob: whether what is reserved outlives the server.
    func engine(
        for account: RowID, _ use: GatewayUse, _ catalog: ModelCatalog, isJob: Bool = false
    ) -> CompletionEngine {
        var engine = engine
        engine.prices = { catalog.prices }
        engine.budget = AccountBudget(
            ledger: directory.ledger, account: account, workspace: use.workspace.key,
            limits: SpendingLimits(cost: catalog.terms.costLimit, tokens: catalog.terms.tokenLimit),
            catalog: catalog, isJob: isJob, logger: logger)
        engine.screen = screen(use, catalog)
        let log = messages.logs(account) ? messages : nil
        engine.tellsAnswers = log != nil
        engine.recorder = GatewayRecorder(
            usage: usage, use: use, screen: screen(use, catalog).silent, sharesAnswers: catalog.terms.sharesAnswers,
            account: account, messages: log)
        return engine
    }
}

extension Gateway {
    func screen(_ use: GatewayUse, _ catalog: ModelCatalog) -> PolicyScreen {
        let subject = PolicyScreen.Subject(
            prompt: use.prompt, version: use.version, project: use.project, user: use.user)
        return PolicyScreen(catalog.policies, subject) { [usage, logger] violations in
            usage.add(violations, to: use.workspace)
            for violation in violations where violation.action == .alert {
                logger.error(
                    "a policy's alert",
                    metadata: [
                        "policy": "\(violation.policy.hex)", "kind": "\(violation.kind)",
                        "severity": "\(violation.severity.rawValue)", "request": "\(violation.requestID)",
                        "workspace": "\(use.workspace.id?.hex ?? "")", "user": "\(violation.user?.hex ?? "")",
                    ])
            }
        }
    }
}

/// Of which use a call is.
struct GatewayUse: Sendable {
    var workspace: DirectoryWorkspace
    /// Who asks, among the workspace's users; nil where nothing is written down.
    var user: RowID?
    var prompt: RowID?
    var version: RowID?
    /// That of the prompt, where a policy of a project may hold.
    var project: RowID?
    var kind = UsageKind.completion
    var route = UsageRoute.server
    /// That was asked for.
    var style: String?
}

private struct GatewayRecorder: CompletionRecorder {
    let usage: UsageWriter
    let use: GatewayUse
    let screen: PolicyScreen
    let sharesAnswers: Bool
    let account: RowID
    /// Nil for an account whose messages are not logged.
    let messages: MessageLog?

    /// Only what came of a prompt: its readers are those who may read the answer. And only what nodes ask in whose
    /// format they ask.
    func kept(_ answer: CachedAnswer, of call: CompletionCall) async {
        guard sharesAnswers, call.headers.isEmpty, let prompt = use.prompt, let workspace = use.workspace.id,
            answer.format == .openai,
            let key = try? ServerRoute.sharedKey(call.request, workspace: workspace), passes(answer, call)
        else { return }
        var answer = answer
        answer.workspace = workspace.hex
        guard let text = try? KeptAnswer.text(answer), text.utf8.count <= LibraryLimits.sharedAnswerBytesMax
        else { return }
        usage.share(
            .init(key: key.bytes, model: answer.model, text: text, prompt: prompt), in: use.workspace)
    }

    /// The cache is judged each time that it answers; what lies on nodes is read by anybody who has the file.
    private func passes(_ answer: CachedAnswer, _ call: CompletionCall) -> Bool {
        guard let judge = screen.judge(call) else { return true }
        return (try? CompletionEngine.judge(answer.body, answer.format, CompletionSummary(.succeeded), judge)) != nil
    }

    func record(_ call: CompletionCall, _ summary: CompletionSummary) async {
        usage.add(
            UsageEvent(
                use.kind, prompt: use.prompt, version: use.version, user: use.user,
                use: MeasuredUse(summary, route: use.route)), to: use.workspace)
        await log(call, summary)
    }

    func log(_ call: CompletionCall, _ summary: CompletionSummary) async {
        guard let messages, let workspace = use.workspace.id else { return }
        messages.note(LoggedMessage(user: account, workspace: workspace, MessageContent(call, summary, use)))
    }
}

extension MessageLog {
    func logs(_ account: RowID) -> Bool { settings.isOn && !isOptedOut(account) }
}

extension MessageContent {
    fileprivate init(_ call: CompletionCall, _ summary: CompletionSummary, _ use: GatewayUse) {
        self.init()
        (requestID, style) = (call.id, use.style)
        (route, isStream) = (use.route.rawValue, call.request.isStreaming)
        model = summary.answeredModel ?? summary.model ?? call.request.model
        provider = summary.provider ?? ""
        // One byte more than is kept tells that there was more.
        prompt = String(decoding: call.request.document.bytes.prefix(Self.textBytesMax + 1), as: UTF8.self)
        response = summary.answer ?? ""
        outcome = UsageOutcome(summary.outcome).rawValue
        (inputTokens, outputTokens) = (Int64(summary.usage?.allInput ?? 0), Int64(summary.usage?.output ?? 0))
        costNanodollars = Int64(summary.cost ?? 0)
        latencyMilliseconds = Int64(summary.latency.milliseconds)
    }
}

/// The models of each workspace, as they were when its library or the directory last changed.
final class Catalogs: Sendable {
    private struct Known: Sendable {
        var mark: Int64
        var directoryMark: Int64
        var catalog: ModelCatalog
    }

    private let directory: DirectoryStore
    private let replicas: WorkspaceReplicas
    private let sources: ProviderSources
    private let known = Mutex<[Int64: Known]>([:])

    init(_ directory: DirectoryStore, _ replicas: WorkspaceReplicas, _ sources: ProviderSources) {
        (self.directory, self.replicas, self.sources) = (directory, replicas, sources)
    }

    func catalog(of workspace: DirectoryWorkspace) async throws -> ModelCatalog {
        let mark = try workspace.id.map(replicas.mark) ?? 0
        let directoryMark = try directory.changeMark.value()
        if let found = known.withLock({ $0[workspace.key] }), found.mark == mark, found.directoryMark == directoryMark {
            return found.catalog
        }
        let catalog = try await NIOThreadPool.singleton.runIfActive { [self] in
            try sources.catalog(
                of: Library(replicas.replica(of: workspace)), withMachines: directory.mayUseServersProviders(workspace))
        }
        known.withLock {
            $0[workspace.key] = Known(mark: mark, directoryMark: directoryMark, catalog: catalog)
        }
        return catalog
    }

    /// To be called when something else has changed that a catalog is made of, as a key.
    func forget(_ workspace: DirectoryWorkspace) { known.withLock { $0[workspace.key] = nil } }
}
