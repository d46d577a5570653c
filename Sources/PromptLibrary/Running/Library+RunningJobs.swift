package import Changesets
internal import ReplicaStore

/// What the runner of jobs does with them. Of one job there is one runner, named in its row: the server, or
/// one node. It alone writes how far the job is.
extension Library {
    /// The job that has waited longest, which is running from now on; nil where none waits.
    ///
    /// - Parameter others: jobs that are not meant, as whoever asks runs them still.
    package func claimNextJob(as side: RunningSide, except others: Set<RowID> = []) throws -> ClaimedJob? {
        // Most of the time there is none: who only looks must not keep others from writing.
        let found = try replica.read { try $0.nextJob(of: side, others, now: replica.machineTime()) }
        guard found != nil else { return nil }
        return try replica.write { transaction in
            let reading = transaction.reading
            guard let next = try reading.nextJob(of: side, others, now: transaction.now),
                let job = try reading.job(next)
            else { return nil }
            let claim = ClaimedJob(job, after: JobProgress.reading(job.progress))
            try transaction.store(claim.progress(.running, at: transaction.now), of: job.id)
            return claim
        }
    }

    /// Jobs that a runner had begun when it was stopped wait again. To be called as it starts, before it claims.
    ///
    /// - Returns: how many they are.
    @discardableResult
    package func takeUpInterruptedJobs(as side: RunningSide) throws -> Int {
        // Most of the time there are none.
        guard try replica.read({ try !$0.runningJobs(of: side).isEmpty }) else { return 0 }
        return try replica.write { transaction in
            let running = try transaction.reading.runningJobs(of: side)
            for (job, progress) in running {
                var progress = progress
                progress.state = .queued
                progress.at = transaction.now
                try transaction.store(progress, of: job)
            }
            return running.count
        }
    }

    /// Keeps the answer, whatever its user wants by now, and writes the use down, once however often it is told.
    ///
    /// - Parameter answer: JSON.
    /// - Throws: `invalid` for an answer that is too long.
    package func finishJob(_ claim: ClaimedJob, answer: String, use: MeasuredUse) throws {
        let (bytes, most) = (answer.utf8.count, LibraryLimits.jobAnswerBytesMax)
        guard bytes <= most else {
            throw LibraryError(.invalid, "the answer has \(bytes) bytes; at most \(most) can be kept")
        }
        try end(claim, use) { now in
            var progress = claim.progress(.done, at: now)
            (progress.answer, progress.use) = (answer, use)
            return progress
        }
    }

    /// - Parameter use: nil where nothing was asked of any provider.
    package func failJob(_ claim: ClaimedJob, error: String, use: MeasuredUse? = nil) throws {
        try end(claim, use) { now in
            var progress = claim.progress(.failed, at: now)
            (progress.error, progress.use) = (error, use)
            return progress
        }
    }

    /// Lets a job wait again that could not be run now.
    ///
    /// - Parameters:
    ///   - milliseconds: how long at least.
    ///   - hasAsked: whether a provider had to do with it.
    package func postponeJob(
        _ claim: ClaimedJob, error: String, by milliseconds: Int64, hasAsked: Bool = false
    ) throws {
        try end(claim, nil) { now in
            let (later, overflows) = now.addingReportingOverflow(max(0, milliseconds))
            var progress = claim.progress(.queued, at: now)
            (progress.error, progress.notBefore) = (error, overflows ? .max : later)
            if hasAsked { progress.asked = claim.askedNow }
            return progress
        }
    }

    /// What is done stays done: an answer is never overwritten here. And of another run than the one that was claimed
    /// nothing is said; but what it took, it took.
    private func end(_ claim: ClaimedJob, _ use: MeasuredUse?, _ progress: (Int64) -> JobProgress) throws {
        try replica.write { transaction in
            guard let job = try transaction.reading.job(claim.id) else {
                throw LibraryError(.notFound, "the job \(claim.id.hex) is not here any more; its prompt was purged")
            }
            if JobProgress.reading(job.progress)?.isOf(claim) == true {
                try transaction.store(progress(transaction.now), of: job.id)
            }
            guard let use else { return }
            let key = [Array("job".utf8), job.id.bytes, Array("\(claim.round).\(claim.attempts)".utf8)]
            try transaction.record(
                UsageEvent(
                    .completion, prompt: job.prompt, version: job.version, user: job.user, use: use,
                    id: .derived(table: SyncedTable.usageEvents.name, key: key)))
        }
    }
}

extension ClaimedJob {
    /// A round that nobody has begun yet is counted anew.
    fileprivate init(_ job: JobRecord, after progress: JobProgress?) {
        let round = job.currentRound(progress)
        let begun = progress.flatMap { $0.round == round ? $0 : nil }
        self.init(
            id: job.id, user: job.user, request: job.request, prompt: job.prompt, version: job.version,
            label: job.label, attempts: min(begun?.attempts ?? 0, Int.max - 1) + 1, asked: begun?.asked ?? 0,
            round: round)
    }

    /// With this run.
    package var askedNow: Int { min(asked, Int.max - 1) + 1 }

    fileprivate func progress(_ state: JobState, at now: Int64) -> JobProgress {
        JobProgress(asked: asked > 0 ? asked : nil, at: now, attempts: attempts, round: round, state: state)
    }
}

extension ReadTransaction {
    private func id(of side: RunningSide) throws -> RowID? { side == .server ? nil : try nodeID() }

    fileprivate func runningJobs(of side: RunningSide) throws -> [(RowID, JobProgress)] {
        try begunJobs(of: id(of: side)).compactMap { job in
            guard case .open(let text) = job.progress else { return nil }
            return JobProgress.reading(text).flatMap { $0.state == .running ? (job.id, $0) : nil }
        }
    }

    fileprivate func nextJob(of side: RunningSide, _ others: Set<RowID>, now: Int64) throws -> RowID? {
        try firstOpenJob(of: id(of: side)) { job in
            guard !others.contains(job.id), case .open(let text) = job.progress else { return false }
            let progress = JobProgress.reading(text)
            return job.state(after: progress) == .queued && (progress?.notBefore ?? 0) <= now
        }?.id
    }
}

extension WriteTransaction {
    fileprivate func store(_ progress: JobProgress, of job: RowID) throws {
        try update(.jobs, job, ["progress": .text(progress.text())])
    }
}
