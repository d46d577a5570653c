internal import Changesets
internal import Completions
internal import DirectoryStore
internal import Logging
internal import NIOPosix
internal import PromptLibrary
internal import PromptRunning
internal import ReplicaStore
internal import ServiceLifecycle

/// Jobs that the server runs: through the gateway, as their users, whose accounts pay for them.
struct ServerJobs: JobSite {
    let data: DataDirectory
    let replicas: WorkspaceReplicas
    let gateway: Gateway

    var side: RunningSide { .server }

    private var directory: DirectoryStore { gateway.directory }

    /// Those that the directory knows, and of which there is a library.
    func workspaces() throws -> [RowID] {
        let lying = Set(data.workspaces())
        return try directory.claimedWorkspaces().compactMap(\.id).filter(lying.contains)
    }

    func library(of workspace: RowID) throws -> Library { Library(try replicas.replica(workspace)) }

    /// Of a server's many workspaces few have any.
    func mayHaveOpenJobs(in workspace: RowID) throws -> Bool {
        try replicas.isOpen(workspace) || ReplicaPeek.hasOpenJobs(data.replicaPath(workspace))
    }

    func desk(for claim: ClaimedJob, in workspace: RowID) async throws -> JobDesk {
        let (place, account) = try await NIOThreadPool.singleton.runIfActive {
            try seat(of: claim, in: workspace)
        }
        let catalog = try await gateway.catalogs.catalog(of: place)
        let project = try await NIOThreadPool.singleton.runIfActive {
            try catalog.project(of: claim.prompt, in: library(of: workspace))
        }
        let use = GatewayUse(
            workspace: place, user: claim.user, prompt: claim.prompt, version: claim.version, project: project,
            route: .queue)
        let engine = gateway.engine(for: account, use, catalog, isJob: true)
        return JobDesk(engine: engine, catalog: catalog, workspace: String(place.key))
    }

    private func seat(of claim: ClaimedJob, in workspace: RowID) throws -> (DirectoryWorkspace, RowID) {
        guard let place = try directory.claimedWorkspace(workspace) else {
            throw AccountError(.notFound, "the server has no such workspace any more", field: "workspace")
        }
        return (place, try directory.account(ofUser: claim.user, in: place))
    }

    /// Who has spent what they may today waits for tomorrow.
    func wait(after error: any Error) -> Int64? {
        guard let error = error as? AccountError else { return nil }
        switch error.code {
        case .creditsExhausted: return error.retryAfter.map { Int64($0) * 1000 }
        case .busy: return 5_000
        default: return nil
        }
    }

    /// What a server that was killed had reserved for jobs that nobody wants any more.
    func refundIdle() throws {
        let places = Dictionary(
            try directory.claimedWorkspaces().map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let lying = Set(data.workspaces())
        try directory.ledger.refundJobs { charge, key in
            guard let id = places[key]?.id, lying.contains(id), let charge = JobCharge(id: charge) else { return false }
            return (try? library(of: id).isOpen(charge)) ?? false
        }
    }
}

/// Runs jobs for as long as the server runs.
struct JobService: Service {
    let site: ServerJobs
    let logger: Logger

    func run() async throws {
        do {
            try await NIOThreadPool.singleton.runIfActive { [site] in try site.refundIdle() }
        } catch {
            logger.error("reservations of jobs stay", metadata: ["error": "\(error)"])
        }
        await cancelWhenGracefulShutdown { [site, logger] in await JobRunner(site, logger: logger).run() }
    }
}
