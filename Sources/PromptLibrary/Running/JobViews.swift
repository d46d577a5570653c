package import Changesets
package import PromptTemplates
internal import ReplicaStore

/// Who runs a job.
package enum JobRunner: Sendable, Hashable {
    case server
    /// A node of its user's, by its id.
    case node(RowID)

    init(_ id: RowID?) { self = id.map(JobRunner.node) ?? .server }

    var id: RowID? {
        if case .node(let id) = self { id } else { nil }
    }
}

/// Who asks to run jobs.
package enum RunningSide: Sendable { case server, thisNode }

/// A completion to be queued.
package struct NewJob: Sendable {
    /// JSON, an object.
    package var request: String
    /// Nil for this node.
    package var runner: JobRunner?
    package var prompt: RowID?
    package var version: RowID?
    package var label: String

    package init(
        request: String, runner: JobRunner? = .server, prompt: RowID? = nil, version: RowID? = nil, label: String = ""
    ) {
        self.request = request
        self.runner = runner
        self.prompt = prompt
        self.version = version
        self.label = label
    }
}

package struct JobView: Encodable, Sendable, Equatable {
    package var id: String
    package var state: JobState
    /// The name of the prompt that it came from, where it is there.
    package var prompt: String?
    package var promptID: String?
    package var versionID: String?
    package var label: String?
    package var request: TemplateValue
    /// `server`, or a node's name.
    package var runner: String
    package var runnerID: String?
    package var attempts: Int
    package var answer: TemplateValue?
    package var error: String?
    package var use: MeasuredUse?
    /// Whether its user wanted it no more; it may have been done all the same.
    package var wasCancelled: Bool
    /// Unix milliseconds.
    package var createdAt: Int64
    /// When its runner last did something; Unix milliseconds.
    package var changedAt: Int64?

    enum CodingKeys: String, CodingKey {
        case id, state, prompt, label, request, runner, attempts, answer, error
        case promptID = "prompt_id"
        case versionID = "version_id"
        case runnerID = "runner_id"
        case use = "usage"
        case wasCancelled = "was_cancelled"
        case createdAt = "created_at"
        case changedAt = "changed_at"
    }
}

/// A job that whoever holds this is to run now.
package struct ClaimedJob: Sendable {
    package var id: RowID
    package var user: RowID?
    /// JSON.
    package var request: String
    package var prompt: RowID?
    package var version: RowID?
    package var label: String
    /// Counted from 1 in each round: above that, an earlier run was cut off, or had to wait.
    package var attempts: Int
    /// How many of those before came to a provider.
    package var asked: Int
    package let round: Int64

    /// Under which it is charged: once in each round, however often it is run.
    package var chargeID: String { JobCharge(job: id, round: round).id }
}

/// What is charged for a job: each round that its user wants by itself.
package struct JobCharge: Hashable, Sendable {
    package var job: RowID
    package var round: Int64

    package init(job: RowID, round: Int64) { (self.job, self.round) = (job, round) }

    /// Nil for what is charged for anything else.
    package init?(id: String) {
        let parts = id.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "job", let job = RowID(hex: String(parts[1])), let round = Int64(parts[2])
        else { return nil }
        self.init(job: job, round: round)
    }

    package var id: String { "job:\(job.hex):\(round)" }
}

extension ReadTransaction {
    func view(_ job: JobRecord) throws -> JobView {
        let progress = JobProgress.reading(job.progress)
        return JobView(
            id: job.id.hex, state: job.state(after: progress), prompt: try job.prompt.flatMap { try prompt($0)?.name },
            promptID: job.prompt?.hex, versionID: job.version?.hex, label: job.label.isEmpty ? nil : job.label,
            request: Self.json(job.request), runner: try job.runner.map { try nodeName($0) ?? shortID($0) } ?? "server",
            runnerID: job.runner?.hex, attempts: progress?.attempts ?? 0,
            answer: progress?.answer.map(Self.json), error: progress?.error, use: progress?.use,
            wasCancelled: job.cancelledRound >= job.round, createdAt: job.createdAt, changedAt: progress?.at)
    }

    /// What is no JSON is shown as the text that it is.
    private static func json(_ text: String) -> TemplateValue { (try? TemplateValue(json: text.utf8)) ?? .text(text) }

    /// By its whole id, or digits that it begins or ends with.
    func resolveJob(_ name: String) throws -> JobRecord {
        if let job = try wholeID(name).flatMap({ try job($0) }) { return job }
        let digits = idDigits(name)?.lowercased()
        let found = try digits.map { digits in
            try jobIDs().filter { $0.hex.hasPrefix(digits) || $0.hex.hasSuffix(digits) }
        }
        guard found?.count ?? 0 < 2 else {
            throw LibraryError(.ambiguous, "“\(name)” could be any of several jobs; give more digits of its id")
        }
        guard let id = found?.first, let job = try job(id) else {
            throw LibraryError(.notFound, "there is no job “\(name)”; see: offbook jobs list")
        }
        return job
    }
}
