package import Changesets
internal import PromptTemplates
internal import ReplicaStore

/// What the user of a job does with it, offline as everything.
extension Library {
    /// - Throws: `invalid` for a request that is no JSON object, or too long.
    package func queue(_ job: NewJob) throws -> JobView {
        try LibraryError.check(request: job.request)
        return try replica.write { transaction in
            let id = transaction.newID()
            try transaction.insert(
                into: .jobs, id,
                [
                    "user_id": .blob(transaction.user), "node_id": .blob(transaction.replica.rowID),
                    "prompt_id": job.prompt.map { .blob($0) } ?? .blob([]), "version_id": Value(job.version),
                    "label": .text(job.label), "request": .text(job.request), "created_at": .integer(transaction.now),
                    "runner_id": transaction.runner(job.runner),
                ])
            return try transaction.reading.view(transaction.reading.resolveJob(id.hex))
        }
    }

    /// One's own jobs, the newest first.
    ///
    /// - Parameter states: those of other states are left out; empty for all.
    package func jobs(in states: Set<JobState> = [], _ page: PageRequest = PageRequest()) throws -> Listing<JobView> {
        try replica.read { reading in
            let all = try reading.jobs().filter { job in
                states.isEmpty || states.contains(job.state(after: JobProgress.reading(job.progress)))
            }
            let byID = Dictionary(all.map { ($0.id.hex, $0) }, uniquingKeysWith: { first, _ in first })
            let listed = try page.page(of: all.map(\.id.hex))
            return Listing(items: try listed.items.compactMap { try byID[$0].map(reading.view) }, next: listed.next)
        }
    }

    package func job(_ name: String) throws -> JobView {
        try replica.read { try $0.view($0.resolveJob(name)) }
    }

    /// Whether whoever runs a job may stop, as its user wants it no more.
    package func isCancelled(_ job: RowID) throws -> Bool {
        try replica.read { reading in
            guard let job = try reading.job(job) else { return true }
            return job.state(after: JobProgress.reading(job.progress)) == .cancelled
        }
    }

    /// One that runs just now may be done all the same: what was paid for is kept.
    ///
    /// - Throws: `conflict` for one that is over.
    @discardableResult
    package func cancelJob(_ name: String) throws -> JobView {
        try replica.write { transaction in
            let job = try transaction.reading.resolveJob(name)
            let progress = JobProgress.reading(job.progress)
            switch job.state(after: progress) {
            case .queued, .running: break
            case .done: throw LibraryError(.conflict, "the job is done: there is nothing to cancel")
            case .failed: throw LibraryError(.conflict, "the job has failed: there is nothing to cancel")
            case .cancelled: throw LibraryError(.conflict, "the job is cancelled already")
            }
            let round = max(job.round, progress?.round ?? 0)
            try transaction.update(.jobs, job.id, ["cancelled_round": .integer(round)])
            return try transaction.reading.view(transaction.reading.resolveJob(job.id.hex))
        }
    }

    /// Runs a job again that failed or was cancelled.
    ///
    /// - Parameter runner: who is to run it from now on, which a job that waits can be given too; nil for
    ///   whoever was to run it before.
    /// - Throws: `conflict` for one that is done, runs, or waits for that runner already.
    @discardableResult
    package func retryJob(_ name: String, on runner: JobRunner? = nil) throws -> JobView {
        try replica.write { transaction in
            let job = try transaction.reading.resolveJob(name)
            let progress = JobProgress.reading(job.progress)
            switch job.state(after: progress) {
            case .failed, .cancelled: break
            case .queued where runner != nil && runner != JobRunner(job.runner): break
            case .queued: throw LibraryError(.conflict, "the job waits for its turn already")
            case .running:
                throw LibraryError(.conflict, "the job is running; cancel it first, with: offbook jobs cancel")
            case .done: throw LibraryError(.conflict, "the job is done; see its answer with: offbook jobs show")
            }
            var values: [String: Value] = ["round": .integer(job.nextRound(after: progress))]
            if let runner { values["runner_id"] = Value(runner.id) }
            try transaction.update(.jobs, job.id, values)
            return try transaction.reading.view(transaction.reading.resolveJob(job.id.hex))
        }
    }
}

extension WriteTransaction {
    fileprivate func runner(_ runner: JobRunner?) -> Value { runner.map { Value($0.id) } ?? .blob(replica.rowID) }
}

extension LibraryLimits {
    /// Of a job's request.
    package static let jobRequestBytesMax = 4 << 20
    /// Of a job's answer: a row has to fit into a page of a changeset.
    package static let jobAnswerBytesMax = 16 << 20
}

extension LibraryError {
    fileprivate static func check(request: String) throws {
        let (bytes, most) = (request.utf8.count, LibraryLimits.jobRequestBytesMax)
        guard bytes <= most else {
            throw LibraryError(.invalid, "the request has \(bytes) bytes; at most \(most) are allowed")
        }
        guard case .object? = try? TemplateValue(json: request.utf8) else {
            throw LibraryError(.invalid, "the request of a job is a JSON object, and this one is none")
        }
    }
}
