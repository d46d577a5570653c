package import Changesets
internal import Completions
package import PromptLibrary
package import ReplicaStore

/// Jobs that one node runs itself, at the providers that it reaches: they are charged to nobody.
package struct NodeJobs: JobSite {
    package let data: DataDirectory
    private let sources: ProviderSources
    private let open: @Sendable (RowID) throws -> Replica
    private let engine: CompletionEngine

    package var side: RunningSide { .thisNode }

    /// - Parameter open: gives the replica of a workspace.
    package init(
        _ data: DataDirectory, _ sources: ProviderSources, open: @escaping @Sendable (RowID) throws -> Replica
    ) {
        (self.data, self.sources, self.open) = (data, sources, open)
        var settings = Upstream.Settings()
        settings.environment = sources.environment
        engine = CompletionEngine(Upstream(settings))
    }

    package func workspaces() -> [RowID] { data.workspaces() }

    package func library(of workspace: RowID) throws -> Library { Library(try open(workspace)) }

    package func desk(for claim: ClaimedJob, in workspace: RowID) throws -> JobDesk {
        let catalog = try sources.catalog(of: library(of: workspace))
        var engine = engine
        engine.prices = { catalog.prices }
        return JobDesk(engine: engine, catalog: catalog, workspace: workspace.hex)
    }

    package func wait(after error: any Error) -> Int64? { nil }
}
