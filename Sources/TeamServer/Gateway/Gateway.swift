internal import Changesets
internal import Completions
internal import DirectoryStore
internal import Logging
internal import NIOPosix
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

    init(_ directory: DirectoryStore, _ replicas: WorkspaceReplicas, _ sources: ProviderSources, _ logger: Logger) {
        (self.directory, self.sources) = (directory, sources)
        var settings = Upstream.Settings()
        settings.environment = sources.environment
        engine = CompletionEngine(Upstream(settings))
        catalogs = Catalogs(replicas, sources)
        usage = UsageWriter(replicas, logger)
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
            isJob: isJob)
        engine.recorder = GatewayRecorder(usage: usage, use: use)
        return engine
    }
}

/// Of which use a call is.
struct GatewayUse: Sendable {
    var workspace: DirectoryWorkspace
    /// Who asks, among the workspace's rows; nil where they have been nobody yet.
    var user: RowID?
    var prompt: RowID?
    var version: RowID?
    var kind = UsageKind.completion
    var route = UsageRoute.server
}

private struct GatewayRecorder: CompletionRecorder {
    let usage: UsageWriter
    let use: GatewayUse

    func record(_ call: CompletionCall, _ summary: CompletionSummary) async {
        usage.add(
            UsageEvent(
                use.kind, prompt: use.prompt, version: use.version, user: use.user,
                use: MeasuredUse(summary, route: use.route)), to: use.workspace)
    }
}

/// The models of each workspace, as they were when its library last changed.
final class Catalogs: Sendable {
    private struct Known: Sendable {
        var mark: Int64
        var catalog: ModelCatalog
    }

    private let replicas: WorkspaceReplicas
    private let sources: ProviderSources
    private let known = Mutex<[Int64: Known]>([:])

    init(_ replicas: WorkspaceReplicas, _ sources: ProviderSources) {
        (self.replicas, self.sources) = (replicas, sources)
    }

    func catalog(of workspace: DirectoryWorkspace) async throws -> ModelCatalog {
        let mark = try workspace.id.map(replicas.mark) ?? 0
        if let found = known.withLock({ $0[workspace.key] }), found.mark == mark { return found.catalog }
        let catalog = try await NIOThreadPool.singleton.runIfActive { [self] in
            try sources.catalog(of: Library(replicas.replica(of: workspace)))
        }
        known.withLock { $0[workspace.key] = Known(mark: mark, catalog: catalog) }
        return catalog
    }
}
