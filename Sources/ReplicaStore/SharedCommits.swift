internal import GRDB
internal import Synchronization

/// Lets writes that wait for each other be committed together: what costs most of a small one is that the disk has
/// it. Each is whole or not there by itself, in the order in which they came, and none returns before the commit
/// that holds it.
final class SharedCommits: Sendable {
    /// One write, which may be run again where a common commit failed.
    final class Job: @unchecked Sendable {
        fileprivate let run: (Database) throws -> Void
        /// Written and read on the writer's queue only, and after it by whoever made the job.
        fileprivate(set) var outcome: Result<Void, any Error>?

        init(_ run: @escaping (Database) throws -> Void) { self.run = run }
    }

    /// So many that the first does not wait for long.
    private static let most = 64
    private let waiting = Mutex<[Job]>([])

    /// - Throws: what the job throws, or its commit.
    func run(_ job: Job, on writer: any DatabaseWriter) throws {
        waiting.withLock { $0.append(job) }
        defer { waiting.withLock { $0.removeAll { $0 === job } } }
        writer.writeWithoutTransaction { database in
            // Somebody who came before may have done it already.
            while job.outcome == nil { runTogether(next(), database) }
        }
        try job.outcome?.get()
    }

    private func next() -> [Job] {
        waiting.withLock { waiting in
            defer { waiting.removeFirst(min(Self.most, waiting.count)) }
            return Array(waiting.prefix(Self.most))
        }
    }

    private func runTogether(_ jobs: [Job], _ database: Database) {
        if jobs.count > 1, (try? commit(jobs, database)) != nil { return }
        for job in jobs { job.outcome = Result { try Self.commit(job.run, database) } }
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
            try job.run(database)
        } catch {
            // Where a full disk ended the whole transaction, there is nothing to go back to.
            if database.isInsideTransaction { try database.keptStatement("ROLLBACK TO SAVEPOINT job").execute() }
            throw error
        }
        try database.keptStatement("RELEASE SAVEPOINT job").execute()
    }
}
