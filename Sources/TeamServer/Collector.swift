internal import Logging
internal import NIOPosix
internal import PromptLibrary
internal import ReplicaStore

/// Drops what was deleted long ago, and shared answers that have expired, from the workspaces that somebody uses, now
/// and then.
struct Collector: Sendable {
    let replicas: WorkspaceReplicas
    let rhythm: TeamServer.Collection
    let logger: Logger

    /// Until it is cancelled.
    func run() async {
        while true {
            do {
                try await Task.sleep(for: rhythm.interval)
            } catch {
                return
            }
            for replica in replicas.inUse { await collect(replica) }
        }
    }

    private func collect(_ replica: Replica) async {
        do {
            let report = try await NIOThreadPool.singleton.runIfActive {
                try Library(replica).removeExpiredAnswers()
                return try replica.collect(retention: rhythm.retention)
            }
            guard report.rows > 0 else { return }
            logger.info("collected", metadata: ["library": "\(replica.path)", "rows": "\(report.rows)"])
        } catch {
            // What is left is left for the next time.
            logger.error("collecting failed", metadata: ["library": "\(replica.path)", "error": "\(error)"])
        }
    }
}
