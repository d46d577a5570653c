internal import Changesets
internal import Completions
internal import DirectoryStore
internal import Logging
internal import NIOPosix
internal import PromptLibrary
internal import ReplicaStore
internal import ServiceLifecycle
internal import Synchronization

/// Writes down what was completed and what went against policies, and shares what is to be shared: some moments after
/// it, many at once, and off the way of the answer. A server that is killed loses the last quarter of a second of it;
/// what was charged is in the ledger.
final class UsageWriter: Service {
    private struct Waiting: Sendable {
        var workspace: DirectoryWorkspace
        var events: [UsageEvent] = []
        var violations: [NewViolation] = []
        var answers: [SharedAnswer] = []

        mutating func append(_ later: Waiting) {
            events += later.events
            violations += later.violations
            answers += later.answers
            if violations.count > eventsMax { violations.removeFirst(violations.count - eventsMax) }
            if events.count > eventsMax { events.removeFirst(events.count - eventsMax) }
            if answers.count > answersMax { answers.removeFirst(answers.count - answersMax) }
        }
    }

    /// An answer of the cache for the nodes of a workspace.
    struct SharedAnswer: Sendable {
        /// The SHA-256 that they look for.
        var key: [UInt8]
        var model: String
        /// JSON.
        var text: String
        var prompt: RowID
    }

    private static let pause = Duration.milliseconds(250)
    /// Of one workspace. Beyond that the disk has been failing for long, and the oldest go.
    private static let eventsMax = 100_000
    /// Likewise. Each is of a megabyte at most.
    private static let answersMax = 100
    /// In milliseconds: as long as the cache keeps them.
    private static let answerLife = Int64(AnswerCache.Settings().lifetime) * 1000
    private let replicas: WorkspaceReplicas
    private let logger: Logger
    private let waiting = Mutex<[Int64: Waiting]>([:])
    private let alarm = Alarm()

    init(_ replicas: WorkspaceReplicas, _ logger: Logger) { (self.replicas, self.logger) = (replicas, logger) }

    func add(_ event: UsageEvent, to workspace: DirectoryWorkspace) {
        var event = event
        event.occurredAt = event.occurredAt ?? systemMilliseconds()
        put(Waiting(workspace: workspace, events: [event]))
    }

    func add(_ violations: [NewViolation], to workspace: DirectoryWorkspace) {
        let now = systemMilliseconds()
        let dated = violations.map { violation in
            var violation = violation
            violation.occurredAt = violation.occurredAt ?? now
            return violation
        }
        put(Waiting(workspace: workspace, violations: dated))
    }

    func share(_ answer: SharedAnswer, in workspace: DirectoryWorkspace) {
        put(Waiting(workspace: workspace, answers: [answer]))
    }

    private func put(_ more: Waiting) {
        waiting.withLock { waiting in
            waiting[more.workspace.key, default: Waiting(workspace: more.workspace)].append(more)
        }
        alarm.ring()
    }

    /// Until the server ends; then it writes what is left.
    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                _ = await alarm.wait(atMost: nil)
                try? await Task.sleep(for: Self.pause)
                await write()
            }
        }
        await write()
    }

    private func write() async {
        let all = waiting.withLock { waiting in
            defer { waiting = [:] }
            return waiting.values
        }
        for waiting in all {
            await writeEvents(waiting)
            await writeAnswers(waiting)
        }
    }

    /// What can't be written now is kept for the next time.
    private func writeEvents(_ waiting: Waiting) async {
        do {
            try await working(waiting) { try $0.record(waiting.events, waiting.violations) }
        } catch {
            logger.error("use was not written down", metadata: ["error": "\(error)"])
            put(
                Waiting(workspace: waiting.workspace, events: waiting.events, violations: waiting.violations))
        }
    }

    /// Who does not find one asks the server, which has it.
    private func writeAnswers(_ waiting: Waiting) async {
        guard !waiting.answers.isEmpty else { return }
        do {
            try await working(waiting) { library in
                for answer in waiting.answers {
                    try library.shareAnswer(
                        answer.key, model: answer.model, answer: answer.text, prompt: answer.prompt,
                        life: Self.answerLife)
                }
            }
        } catch {
            logger.error("answers were not shared", metadata: ["error": "\(error)"])
        }
    }

    private func working(_ waiting: Waiting, _ body: @escaping @Sendable (Library) throws -> Void) async throws {
        try await NIOThreadPool.singleton.runIfActive { [self] in
            try body(Library(replicas.replica(of: waiting.workspace)))
        }
    }
}
