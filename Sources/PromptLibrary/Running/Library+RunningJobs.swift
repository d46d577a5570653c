internal import Changesets
internal import ReplicaStore

/// What the runner of jobs does with them. Of one job there is one runner, named in its row: the server, or
/// one node. It alone writes how far the job is.
extension Library {
    /// The job that has waited longest, which is running from now on; nil where none waits.
    package func claimNextJob(as side: RunningSide) throws -> ClaimedJob? {
        // Most of the time there is none: who only looks must not keep others from writing.
        guard try replica.read({ try $0.nextJob(of: side, now: replica.machineTime()) }) != nil else { return nil }
        return try replica.write { transaction in
            guard let next = try transaction.reading.nextJob(of: side, now: transaction.now) else { return nil }
            let progress = JobProgress.reading(next.progress)
            let round = max(next.round, progress?.round ?? 0)
            let attempts = min(progress?.attempts ?? 0, Int.max - 1) + 1
            try transaction.store(
                JobProgress(at: transaction.now, attempts: attempts, round: round, state: .running), of: next)
            return ClaimedJob(
                id: next.id, user: next.user, request: next.request, prompt: next.prompt, version: next.version,
                label: next.label, attempts: attempts, round: round)
        }
    }

    /// Jobs that a runner had begun when it was stopped wait again. To be called as it starts, before it claims.
    ///
    /// - Returns: how many they are.
    @discardableResult
    package func takeUpInterruptedJobs(as side: RunningSide) throws -> Int {
        try replica.write { transaction in
            let open = try transaction.reading.openJobs(of: side).compactMap { job in
                JobProgress.reading(job.progress).map { (job, $0) }
            }
            let running = open.filter { $0.1.state == .running }
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
            JobProgress(
                answer: answer, at: now, attempts: claim.attempts, round: claim.round, state: .done, use: use)
        }
    }

    /// - Parameter use: nil where nothing was asked of any provider.
    package func failJob(_ claim: ClaimedJob, error: String, use: MeasuredUse? = nil) throws {
        try end(claim, use) { now in
            JobProgress(
                at: now, attempts: claim.attempts, error: error, round: claim.round, state: .failed, use: use)
        }
    }

    /// Lets a job wait again that could not be run now.
    ///
    /// - Parameter milliseconds: how long at least.
    package func postponeJob(_ claim: ClaimedJob, error: String, by milliseconds: Int64) throws {
        try end(claim, nil) { now in
            let (later, overflows) = now.addingReportingOverflow(max(0, milliseconds))
            return JobProgress(
                at: now, attempts: claim.attempts, error: error, notBefore: overflows ? .max : later,
                round: claim.round, state: .queued)
        }
    }

    /// What is done stays done: an answer is never overwritten here.
    private func end(_ claim: ClaimedJob, _ use: MeasuredUse?, _ progress: (Int64) -> JobProgress) throws {
        try replica.write { transaction in
            guard let job = try transaction.reading.job(claim.id) else {
                throw LibraryError(.notFound, "the job \(claim.id.hex) is not here any more; its prompt was purged")
            }
            guard JobProgress.reading(job.progress)?.state != .done else { return }
            try transaction.store(progress(transaction.now), of: job)
            guard let use else { return }
            let key = [Array("job".utf8), job.id.bytes, Array("\(claim.round).\(claim.attempts)".utf8)]
            try transaction.record(
                UsageEvent(
                    .completion, prompt: job.prompt, version: job.version, user: job.user, use: use,
                    id: .derived(table: SyncedTable.usageEvents.name, key: key)))
        }
    }
}

extension ReadTransaction {
    fileprivate func openJobs(of side: RunningSide) throws -> [JobRecord] {
        try openJobs(of: side == .server ? nil : nodeID())
    }

    fileprivate func nextJob(of side: RunningSide, now: Int64) throws -> JobRecord? {
        try openJobs(of: side).first { job in
            let progress = JobProgress.reading(job.progress)
            return job.state(after: progress) == .queued && (progress?.notBefore ?? 0) <= now
        }
    }
}

extension WriteTransaction {
    fileprivate func store(_ progress: JobProgress, of job: JobRecord) throws {
        try update(.jobs, job.id, ["progress": .text(progress.text())])
    }
}
