internal import Changesets
package import Logging
internal import NIOPosix
internal import PromptLibrary
internal import ReplicaStore
internal import Synchronization

/// Runs the jobs of a data directory that are this side's: when something is written to one of its libraries, by
/// whichever process, and now and then. While nothing is written it costs nothing.
package final class JobRunner<Site: JobSite>: Sendable {
    /// The ids of jobs are their users' to choose, and may be the same in two workspaces.
    private struct Place: Hashable {
        var workspace: RowID
        var job: RowID

        init(_ run: JobRun) { (workspace, job) = (run.workspace, run.claim.id) }
    }

    private struct Running {
        var claim: ClaimedJob
        var task: Task<Void, Never>
    }

    /// A run that has ended, of which the row does not know it.
    private struct Stuck {
        var run: JobRun
        /// How often it was tried to tell.
        var tries = 0
        var next = ContinuousClock.now
    }

    private struct Watched {
        var commits: CommitWatch
        var task: Task<Void, Never>
    }

    private struct State {
        /// Workspaces in which a job may wait.
        var due: Set<RowID> = []
        /// When one waits that could not be run.
        var later: [RowID: ContinuousClock.Instant] = [:]
        var running: [Place: Running] = [:]
        var stuck: [Place: Stuck] = [:]
        var isEnding = false
        var watched: [RowID: Watched] = [:]
    }

    private let site: Site
    private let pace: JobPace
    private let logger: Logger
    private let state = Mutex(State())
    private let alarm = Alarm()

    package init(_ site: Site, _ pace: JobPace = JobPace(), logger: Logger) {
        (self.site, self.pace, self.logger) = (site, pace, logger)
    }

    /// Until the task is cancelled. Jobs that run then are run anew by the next one.
    package func run() async {
        await takeUp(nil)
        let watch = Result { try DataWatch(site.data) { [weak self] in self?.changed($0) } }
        if case .failure(let error) = watch { tell("jobs are seen late", nil, error) }
        lookEverywhere()
        while !Task.isCancelled {
            await putBack()
            await begin()
            let isRung = await alarm.wait(atMost: nextLook())
            if !isRung { lookEverywhere() }
        }
        await stop()
        withExtendedLifetime(watch) {}
    }

    private func nextLook() -> Duration {
        let first = state.withLock { ($0.later.values + $0.stuck.values.map(\.next)).min() }
        return max(.milliseconds(1), min(first.map { $0 - .now } ?? pace.look, pace.look))
    }

    // MARK: Noticing

    private func lookEverywhere() {
        do {
            let all = Set(try site.workspaces())
            let gone = state.withLock { state in
                state.due.formUnion(all)
                state.later = state.later.filter { $0.value > .now && all.contains($0.key) }
                let gone = state.watched.filter { !all.contains($0.key) }
                for id in gone.keys { state.watched[id] = nil }
                return gone.values.map(\.task)
            }
            for task in gone { task.cancel() }
        } catch {
            tell("jobs can't be looked for", nil, error)
        }
    }

    private func changed(_ parts: Set<DataWatch.Part>?) {
        guard let parts else {
            lookEverywhere()
            return alarm.ring()
        }
        for case .library(let id) in parts { watch(id) }
    }

    /// What was written shows some moments later.
    private func watch(_ workspace: RowID) {
        state.withLock { state in
            if let watched = state.watched[workspace] { return watched.commits.tell() }
            guard let commits = try? CommitWatch(site.data.replicaPath(workspace)) else { return }
            let task = Task { await commits.run { await self.look(at: workspace) } }
            state.watched[workspace] = Watched(commits: commits, task: task)
            // What was committed before it watches is looked for here.
            state.due.insert(workspace)
            commits.tell()
        }
        alarm.ring()
    }

    private func look(at workspace: RowID) async {
        await cancelUnwanted(in: workspace)
        state.withLock { _ = $0.due.insert(workspace) }
        alarm.ring()
    }

    private func cancelUnwanted(in workspace: RowID) async {
        let running = state.withLock { $0.running.filter { $0.key.workspace == workspace }.map(\.value) }
        guard !running.isEmpty else { return }
        let unwanted = try? await working { site in
            let library = try site.library(of: workspace)
            return try running.filter { try library.isUnwanted($0.claim) }
        }
        for one in unwanted ?? [] { one.task.cancel() }
    }

    // MARK: Running

    /// One of each workspace after another, so that none waits for all of another's.
    private func begin() async {
        while !Task.isCancelled, let workspace = takeDue() {
            await cancelUnwanted(in: workspace)
            do {
                if let found = try await claim(in: workspace) { start(found.0, found.1, workspace) }
            } catch {
                tell("jobs can't be run", workspace, error)
            }
        }
    }

    private func takeDue() -> RowID? {
        state.withLock { state in
            for (id, time) in state.later where time <= .now {
                state.later[id] = nil
                state.due.insert(id)
            }
            return state.running.count < pace.atOnce ? state.due.popFirst() : nil
        }
    }

    private func claim(in workspace: RowID) async throws -> (ClaimedJob, Library)? {
        let running = state.withLock { $0.running.keys.filter { $0.workspace == workspace }.map(\.job) }
        return try await working { site in
            guard try site.mayHaveOpenJobs(in: workspace) else { return nil }
            let library = try site.library(of: workspace)
            // A job whose user wants another run by now waits for the end of the one that runs.
            return try library.claimNextJob(as: site.side, except: Set(running)).map { ($0, library) }
        }
    }

    private func start(_ claim: ClaimedJob, _ library: Library, _ workspace: RowID) {
        let run = JobRun(library: library, claim: claim, workspace: workspace, pace: pace)
        state.withLock { state in
            // There may be more of them.
            state.due.insert(workspace)
            let task = Task {
                let end = await self.end(of: run)
                self.over(run, end)
            }
            state.running[Place(run)] = Running(claim: claim, task: task)
        }
    }

    private func end(of run: JobRun) async -> JobRun.End {
        do {
            return try await run.run(at: site)
        } catch {
            tell("what came of a job can't be written down", run.workspace, error)
            return .interrupted
        }
    }

    private func over(_ run: JobRun, _ end: JobRun.End) {
        state.withLock { state in
            state.running[Place(run)] = nil
            if case .interrupted = end, !state.isEnding { state.stuck[Place(run)] = Stuck(run: run) }
        }
        look(again: run, end)
    }

    private func look(again run: JobRun, _ end: JobRun.End) {
        state.withLock { state in
            state.due.insert(run.workspace)
            guard case .waits(let wait) = end else { return }
            let time = ContinuousClock.now + .milliseconds(wait)
            state.later[run.workspace] = min(state.later[run.workspace] ?? time, time)
        }
        alarm.ring()
    }

    /// Lets those wait again that were cut off. Where not even that can be written, it is tried again later.
    private func putBack() async {
        for var stuck in takeStuck() {
            do {
                look(again: stuck.run, try await stuck.run.putBack())
            } catch {
                tell("a job that was cut off can't be put back", stuck.run.workspace, error)
                stuck.tries += 1
                stuck.next = .now + .milliseconds(pace.wait(after: stuck.tries))
                state.withLock { [stuck] in $0.stuck[Place(stuck.run)] = stuck }
            }
        }
    }

    private func takeStuck() -> [Stuck] {
        state.withLock { state in
            let due = state.stuck.filter { $0.value.next <= .now }
            for place in due.keys { state.stuck[place] = nil }
            return Array(due.values)
        }
    }

    // MARK: Beginning and ending

    private func stop() async {
        let (running, watched) = state.withLock { state in
            state.isEnding = true
            return (state.running, state.watched.map(\.value.task))
        }
        for one in watched { one.cancel() }
        for one in running.values { one.task.cancel() }
        for one in running.values { await one.task.value }
        let begun = state.withLock { Set((Array(running.keys) + $0.stuck.keys).map(\.workspace)) }
        if !begun.isEmpty { await takeUp(begun) }
    }

    /// What was begun and not ended waits again.
    ///
    /// - Parameter workspaces: nil for all.
    private func takeUp(_ workspaces: Set<RowID>?) async {
        let all = workspaces.map { Array($0) } ?? (try? site.workspaces()) ?? []
        for workspace in all {
            do {
                try await working { site in
                    guard try site.mayHaveOpenJobs(in: workspace) else { return }
                    try site.library(of: workspace).takeUpInterruptedJobs(as: site.side)
                }
            } catch {
                tell("interrupted jobs can't be taken up", workspace, error)
            }
        }
    }

    /// Also where the task is cancelled. Files are not for the threads that tasks share.
    private func working<T: Sendable>(_ body: @escaping @Sendable (Site) throws -> T) async throws -> T {
        try await Task { [site] in try await NIOThreadPool.singleton.runIfActive { try body(site) } }.value
    }

    private func tell(_ message: Logger.Message, _ workspace: RowID?, _ error: any Error) {
        logger.error(message, metadata: ["workspace": "\(workspace?.hex ?? "all")", "error": "\(error)"])
    }
}
