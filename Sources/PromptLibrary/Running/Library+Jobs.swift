internal import Changesets
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
        let offset = try page.offset
        return try replica.read { reading in
            let found = try reading.jobIDs(in: states, limit: page.limit, offset: offset)
            let end = min(offset, found.total) + found.items.count
            let items = try found.items.compactMap { try reading.job($0).map(reading.view) }
            return Listing(items: items, next: end < found.total ? String(end) : nil)
        }
    }

    package func jobs(in states: Set<JobState>, _ stretch: Stretch) throws -> Portion<JobView> {
        try replica.read { reading in
            let found = try reading.jobIDs(in: states, limit: stretch.limit, offset: stretch.offset)
            let views = try found.items.compactMap { try reading.job($0).map(reading.view) }
            return Portion(items: views, total: found.total)
        }
    }

    package func job(_ name: String) throws -> JobView {
        try replica.read { try $0.view($0.resolveJob(name)) }
    }

    /// Whether whoever runs a job may stop: its user wants this run no more, or another one, or has an answer.
    package func isUnwanted(_ claim: ClaimedJob) throws -> Bool {
        try replica.read { reading in
            guard let job = try reading.jobHead(claim.id), case .open(let text) = job.progress else { return true }
            return job.currentRound(JobProgress.reading(text)) > claim.round || job.cancelledRound >= claim.round
        }
    }

    /// Whether a charge is of a run that may still come.
    package func isOpen(_ charge: JobCharge) throws -> Bool {
        try replica.read { reading in
            guard let job = try reading.jobHead(charge.job), case .open(let text) = job.progress else { return false }
            let progress = JobProgress.reading(text)
            let isOpen = [.queued, .running].contains(job.state(after: progress))
            return isOpen && job.currentRound(progress) == charge.round
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
            let round = job.currentRound(progress)
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

extension ReadTransaction {
    /// Paged by the database where all are wanted: what jobs ask and answer is large.
    fileprivate func jobIDs(in states: Set<JobState>, limit: Int?, offset: Int) throws -> Portion<RowID> {
        guard !states.isEmpty else {
            return Portion(items: try jobIDs(limit: limit, offset: offset), total: try jobCount())
        }
        let found = try jobHeads().filter { states.contains($0.state($0.progress)) }.map(\.id)
        return Stretch(offset: offset, limit: limit ?? found.count).of(found)
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
