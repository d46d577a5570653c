package import Changesets
internal import Completions
package import Logging
package import PromptLibrary
package import ReplicaStore

/// Jobs that one node runs itself, at the providers that it reaches: they are charged to nobody.
package struct NodeJobs: JobSite {
    package let data: DataDirectory
    private let sources: ProviderSources
    private let open: @Sendable (RowID) throws -> Replica
    private let engine: CompletionEngine
    private let logger: Logger

    package var side: RunningSide { .thisNode }

    /// - Parameter open: gives the replica of a workspace.
    package init(
        _ data: DataDirectory, _ sources: ProviderSources, logger: Logger = Logger(label: "offbook.jobs"),
        open: @escaping @Sendable (RowID) throws -> Replica
    ) {
        (self.data, self.sources, self.logger, self.open) = (data, sources, logger, open)
        var settings = Upstream.Settings()
        settings.environment = sources.environment
        engine = CompletionEngine(Upstream(settings))
    }

    package func workspaces() -> [RowID] { data.workspaces() }

    package func library(of workspace: RowID) throws -> Library { Library(try open(workspace)) }

    package func desk(for claim: ClaimedJob, in workspace: RowID) throws -> JobDesk {
        let library = try library(of: workspace)
        let catalog = try sources.catalog(of: library)
        var engine = engine
        engine.prices = { catalog.prices }
        engine.screen = try screen(claim, catalog, library)
        return JobDesk(engine: engine, catalog: catalog, workspace: workspace.hex)
    }

    private func screen(_ claim: ClaimedJob, _ catalog: ModelCatalog, _ library: Library) throws -> PolicyScreen {
        let subject = PolicyScreen.Subject(
            prompt: claim.prompt, version: claim.version, project: try catalog.project(of: claim.prompt, in: library),
            user: claim.user)
        return PolicyScreen(catalog.policies, subject) { [logger] violations in
            do {
                try library.record(violations)
            } catch {
                logger.error("what went against a policy was not written down", metadata: ["error": "\(error)"])
            }
        }
    }

    package func wait(after error: any Error) -> Int64? { nil }
}
