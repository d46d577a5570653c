internal import Dispatch
internal import GRDB
internal import Synchronization

/// Lets writes that wait for each other be committed together: what costs most of a small one is that the disk has
/// it. Each is whole or not there by itself, in the order in which they came, and none returns before the commit
/// that holds it.
final class SharedCommits: Sendable {
    /// One write, which may be run again where a common commit failed.
    final class Job: @unchecked Sendable {
        /// Let go of once it is done, as who made it does not let it outlive their call.
        fileprivate var run: ((Database) throws -> Void)?
        /// Written on the writer's queue, before `turn` comes, and read after it. Nil where the turn is to lead.
        fileprivate var outcome: Result<Void, any Error>?
        fileprivate let turn = DispatchSemaphore(value: 0)

        init(_ run: @escaping (Database) throws -> Void) { self.run = run }

        fileprivate func perform(_ database: Database) throws { try run?(database) }
    }

    private struct State {
        /// The oldest first; that of whoever leads is the first of them.
        var waiting: [Job] = []
        var isLed = false
    }

    /// So many that the first does not wait for long.
    private static let most = 64
    private let state = Mutex(State())

    /// One of those who wait leads: it writes for them all, and then lets the next one lead. The others sleep
    /// until theirs is done, and never take a turn on the writer's queue for nothing.
    ///
    /// - Throws: what the job throws, or its commit.
    func run(_ job: Job, on writer: any DatabaseWriter) throws {
        if !leads(job) { job.turn.wait() }
        if job.outcome == nil { lead(writer) }
        try job.outcome?.get()
    }

    private func leads(_ job: Job) -> Bool {
        state.withLock { state in
            state.waiting.append(job)
            defer { state.isLed = true }
            return !state.isLed
        }
    }

    private func lead(_ writer: any DatabaseWriter) {
        let done = writer.writeWithoutTransaction { database in
            let jobs = next()
            runTogether(jobs, database)
            return jobs
        }
        let following = state.withLock { state in
            state.isLed = !state.waiting.isEmpty
            return state.waiting.first
        }
        for job in done { job.run = nil }
        following?.turn.signal()
        for job in done.dropFirst() { job.turn.signal() }
    }

    private func next() -> [Job] {
        state.withLock { state in
            defer { state.waiting.removeFirst(min(Self.most, state.waiting.count)) }
            return Array(state.waiting.prefix(Self.most))
        }
    }

    private func runTogether(_ jobs: [Job], _ database: Database) {
        if jobs.count > 1, (try? commit(jobs, database)) != nil { return }
        for job in jobs { job.outcome = Result { try Self.commit(job.perform, database) } }
    }

    /// One write by itself.
    static func commit(_ run: (Database) throws -> Void, _ database: Database) throws {
        try database.inTransaction(.immediate) {
            try run(database)
            return .commit
        }
    }

    /// - Throws: where the transaction that they share came to nothing.
    private func commit(_ jobs: [Job], _ database: Database) throws {
        var outcomes: [Result<Void, any Error>] = []
        try database.inTransaction(.immediate) {
            for job in jobs {
                outcomes.append(Result { try runWithin(job, database) })
                // A full disk may have ended all of it.
                guard database.isInsideTransaction else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
            }
            return .commit
        }
        for (job, outcome) in zip(jobs, outcomes) { job.outcome = outcome }
    }

    /// Not by GRDB's `inSavepoint`, which prepares its statements anew each time.
    private func runWithin(_ job: Job, _ database: Database) throws {
        try database.keptStatement("SAVEPOINT job").execute()
        do {
            try job.perform(database)
        } catch {
            // Where a full disk ended the whole transaction, there is nothing to go back to.
            if database.isInsideTransaction { try database.keptStatement("ROLLBACK TO SAVEPOINT job").execute() }
            throw error
        }
        try database.keptStatement("RELEASE SAVEPOINT job").execute()
    }
}
