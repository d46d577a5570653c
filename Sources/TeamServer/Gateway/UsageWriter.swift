internal import DirectoryStore
internal import Logging
internal import NIOPosix
internal import PromptLibrary
internal import ReplicaStore
internal import ServiceLifecycle
internal import Synchronization

/// Writes down what was completed: some moments after it, many at once, and off the way of the answer. A server that
/// is killed loses the last quarter of a second of it; what was charged is in the ledger.
final class UsageWriter: Service {
    private struct Waiting: Sendable {
        var workspace: DirectoryWorkspace
        var events: [UsageEvent] = []
    }

    private static let pause = Duration.milliseconds(250)
    /// Of one workspace. Beyond that the disk has been failing for long, and the oldest go.
    private static let eventsMax = 100_000
    private let replicas: WorkspaceReplicas
    private let logger: Logger
    private let waiting = Mutex<[Int64: Waiting]>([:])
    private let alarm = Alarm()

    init(_ replicas: WorkspaceReplicas, _ logger: Logger) { (self.replicas, self.logger) = (replicas, logger) }

    func add(_ event: UsageEvent, to workspace: DirectoryWorkspace) {
        var event = event
        event.occurredAt = event.occurredAt ?? systemMilliseconds()
        waiting.withLock { waiting in
            var known = waiting[workspace.key] ?? Waiting(workspace: workspace)
            if known.events.count >= Self.eventsMax { known.events.removeFirst() }
            known.events.append(event)
            waiting[workspace.key] = known
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
            do {
                try await NIOThreadPool.singleton.runIfActive { [self] in
                    try Library(replicas.replica(of: waiting.workspace)).record(waiting.events)
                }
            } catch {
                logger.error("use was not written down", metadata: ["error": "\(error)"])
                keep(waiting)
            }
        }
    }

    /// For the next time.
    private func keep(_ failed: Waiting) {
        waiting.withLock { waiting in
            var known = waiting[failed.workspace.key] ?? Waiting(workspace: failed.workspace)
            known.events = (failed.events + known.events).suffix(Self.eventsMax)
            waiting[failed.workspace.key] = known
        }
    }
}
