internal import ReplicaStore
package import SyncEngine

extension Library {
    /// Pushes and pulls, and waits for another process that does so.
    package func sync(
        over transport: some SyncTransport, progress: @escaping (SyncProgress) -> Void = { _ in }
    ) async throws -> SyncSummary {
        let lock = try await replica.awaitedSyncLock()
        let summary = try await synchronize(replica, over: transport, progress: progress)
        try replica.finishWiping()
        withExtendedLifetime(lock) {}
        return summary
    }
}
