package import Changesets
package import Completions
package import PromptLibrary
package import ReplicaStore

/// Where jobs are run: on the server, or on a node of their users.
package protocol JobSite: Sendable {
    var data: DataDirectory { get }
    /// Whose jobs they are.
    var side: RunningSide { get }

    /// Those of which jobs are run here.
    func workspaces() throws -> [RowID]
    func library(of workspace: RowID) throws -> Library
    /// Whether there may be jobs in a workspace that have not ended: else its library need not be opened.
    func mayHaveOpenJobs(in workspace: RowID) throws -> Bool

    /// What one job is run with, on behalf of its user.
    ///
    /// - Throws: where it can't be; the job's user is told the error.
    func desk(for claim: ClaimedJob, in workspace: RowID) async throws -> JobDesk

    /// How long a job waits that could not be run now, in milliseconds; nil where waiting does not help.
    func wait(after error: any Error) -> Int64?
}

extension JobSite {
    package func mayHaveOpenJobs(in workspace: RowID) throws -> Bool { true }
}

/// What a job is run with.
package struct JobDesk: Sendable {
    package var engine: CompletionEngine
    package var catalog: ModelCatalog
    /// Names the workspace to the engine's cache.
    package var workspace: String

    package init(engine: CompletionEngine, catalog: ModelCatalog, workspace: String) {
        (self.engine, self.catalog, self.workspace) = (engine, catalog, workspace)
    }
}

/// How fast jobs are run, and run again.
package struct JobPace: Sendable {
    /// In milliseconds: how long a job waits that failed for the first time, doubled for each further one.
    package var wait: Int64 = 2_000
    /// In milliseconds.
    package var waitMax: Int64 = 600_000
    /// After so many a job has failed whose provider is there, and does not answer it.
    package var attemptsMax = 12
    package var atOnce = 4
    /// All libraries are looked at so often, in case nobody told of a job.
    package var look = Duration.seconds(60)

    package init() {}

    /// Half of it is left to chance, so that jobs that failed together don't come back together.
    func wait(after attempts: Int) -> Int64 {
        let (doubled, overflows) = wait.multipliedReportingOverflow(by: 1 << Int64(min(max(attempts, 1) - 1, 20)))
        let most = overflows ? waitMax : min(max(doubled, 1), waitMax)
        return Int64.random(in: (most / 2)...most)
    }
}
