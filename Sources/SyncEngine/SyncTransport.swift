/// Carries requests to a server and brings its replies.
package protocol SyncTransport: Sendable {
    /// - Throws: `SyncRefusal` where the server answered with one, `TransportError` where it did not
    ///   answer.
    func send(_ request: SyncRequest) async throws -> SyncReply
}

/// The server can't be reached, or what answers is no Offbook server.
package struct TransportError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Runs one sync to its end.
///
/// - Parameter progress: called after each exchange that moved rows, and while they are joined.
package func synchronize<Storage: ClientStorage>(
    _ storage: Storage, over transport: some SyncTransport,
    progress: @escaping (SyncProgress) -> Void = { _ in }
) async throws -> SyncSummary {
    var sync = try ClientSync(storage, progress: progress)
    var request: SyncRequest? = try sync.start()
    while let next = request {
        do {
            request = try sync.receive(try await transport.send(next))
        } catch let refusal as SyncRefusal {
            request = try sync.receive(refusal)
        }
    }
    return sync.summary
}
