internal import FoundationEssentials
internal import ReplicaStore

/// How far a job is.
package enum JobState: String, Sendable, Codable, CaseIterable { case queued, running, done, failed, cancelled }

/// What a job's runner did, as it lies in the job's row: one value, so that no merge can put the state of one
/// run beside the answer of another.
package struct JobProgress: Sendable, Hashable, Codable {
    /// JSON; of a job that is done. Its name comes before all others, by which open jobs are found.
    package var answer: String?
    /// How many of the attempts came to a provider, and to no end; nil for none.
    package var asked: Int?
    /// Unix milliseconds.
    package var at: Int64
    /// How often it was begun, in this round.
    package var attempts: Int
    /// What went wrong last.
    package var error: String?
    /// It is not begun again before, in Unix milliseconds.
    package var notBefore: Int64?
    /// Which run it is of those its user wanted.
    package var round: Int64
    /// Never `cancelled`: that is its user's to say.
    package var state: JobState
    package var use: MeasuredUse?

    enum CodingKeys: String, CodingKey {
        case answer, asked, at, attempts, error, round, state, use
        case notBefore = "not_before"
    }

    /// Nil for one that has not been begun.
    ///
    /// What can't be read was written by a newer Offbook, or by hand: it counts as a run that failed, so that
    /// its user may try again.
    static func reading(_ text: String) -> JobProgress? {
        guard !text.isEmpty else { return nil }
        if let known = try? JSONDecoder().decode(JobProgress.self, from: Data(text.utf8)), known.isWhole {
            return known
        }
        return JobProgress(
            at: 0, attempts: 0, error: "what became of it can't be read here; a newer Offbook may have run it",
            round: StoredProgress(text).round, state: .failed)
    }

    init(
        answer: String? = nil, asked: Int? = nil, at: Int64, attempts: Int, error: String? = nil,
        notBefore: Int64? = nil, round: Int64, state: JobState, use: MeasuredUse? = nil
    ) {
        self.answer = answer
        self.asked = asked
        self.at = at
        self.attempts = attempts
        self.error = error
        self.notBefore = notBefore
        self.round = round
        self.state = state
        self.use = use
    }

    private var isWhole: Bool {
        (state == .done) == (answer != nil) && state != .cancelled && attempts >= 0 && (asked ?? 0) >= 0
    }

    /// Whether it says how far this very run is, which has no answer yet.
    func isOf(_ claim: ClaimedJob) -> Bool {
        state != .done && round == claim.round && attempts == claim.attempts
    }

    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension JobRounds {
    /// The one place that says what a job's columns mean together: any three of them mean something, so that
    /// every replica that has them says the same (sync-protocol/model.md, section 21).
    func state(after progress: JobProgress?) -> JobState {
        if progress?.state == .done { return .done }
        let current = currentRound(progress)
        if cancelledRound >= current { return .cancelled }
        guard let progress, progress.round >= round else { return .queued }
        return progress.state
    }

    /// Of those whose progress is not read where there is an answer.
    func state(_ progress: OpenProgress) -> JobState {
        switch progress {
        case .answered: .done
        case .open(let text): state(after: JobProgress.reading(text))
        }
    }

    /// The run that its user wants, or the later one that its runner is at.
    func currentRound(_ progress: JobProgress?) -> Int64 { max(round, progress?.round ?? 0) }

    /// The next run that its user may want. Nobody's numbers overflow it.
    func nextRound(after progress: JobProgress?) -> Int64 {
        let (next, overflows) = max(round, cancelledRound, progress?.round ?? 0).addingReportingOverflow(1)
        return overflows ? .max : next
    }
}
