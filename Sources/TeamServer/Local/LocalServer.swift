internal import FoundationEssentials
internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ReplicaStore
internal import Synchronization

/// The interface of the team server for whoever works on this machine, answered from the replicas of their own data
/// directory: no network, no server and no accounts are needed.
///
/// It listens on a port of 127.0.0.1, for whoever has the token in `daemon.token`, and on a Unix socket, for the
/// same user. Whoever runs it sees to it that there is one daemon a directory: of two that begin at the same moment,
/// the later one takes the socket.
package final class LocalServer: Sendable {
    package static let standardPort = 7332

    /// How long requests that are being answered have for that when the server is to stop. Nobody waits much longer.
    private static let patience = Duration.milliseconds(800)

    package let replicas: LocalReplicas
    private let files: DaemonFiles
    private let port: Int
    private let status: Route
    private let logger: Logger
    private let (asks, asked) = AsyncStream.makeStream(of: Void.self)

    /// - Parameters:
    ///   - replicas: closed by whoever made them, once the server has stopped.
    ///   - port: 0 for any free one.
    ///   - status: what `GET /api/v1/daemon/status` answers. It should not wait for long.
    package init<Status: Codable & Sendable>(
        _ replicas: LocalReplicas, port: Int = LocalServer.standardPort, logger: Logger,
        status: @escaping @Sendable () async throws -> Status
    ) {
        self.replicas = replicas
        self.port = port
        self.logger = logger
        self.status = LocalRoutes.status(status)
        files = DaemonFiles(replicas.data)
    }

    /// Serves until the task is cancelled or `stop` is called, then finishes what it has begun, for at most a
    /// second. It can run once.
    ///
    /// - Parameter ready: called once connections are taken on both ways.
    /// - Throws: `ReplicaError`: `.busy` where the port or the directory is taken, `.io` where the directory's path
    ///   is too long for a socket.
    package func run(ready: @escaping @Sendable (DaemonFiles.Address) -> Void) async throws {
        try replicas.data.prepare()
        try LocalSocket(path: files.socket).clear()
        let writing = NIOThreadPool(numberOfThreads: 4)
        writing.start()
        defer {
            files.removeAddress()
            writing.shutdownGracefully { _ in }
        }
        try await serve(listeners(writing), ready)
    }

    /// Makes `run` return.
    package func stop() { asked.finish() }

    private func listeners(_ writing: NIOThreadPool) throws -> [LocalListener] {
        let (remembered, answers) = (RememberedRequests(), ResponseCache(replicas, bytesMax: 8 << 20))
        let ways: [(LocalListener.Kind, SecretToken?)] = [
            (.tcp(port: port), try files.readyToken()), (.socket(path: files.socket), nil),
        ]
        return ways.map { kind, token in
            let source = LocalSource(replicas: replicas, remembered: remembered, token: token)
            let workers = Workers(writing: writing, passwords: nil)
            return LocalListener(
                kind: kind, api: API(source: source, answers: answers, workers: workers),
                routes: LocalRoutes.all(status), logger: logger)
        }
    }

    private func serve(
        _ listeners: [LocalListener], _ ready: @escaping @Sendable (DaemonFiles.Address) -> Void
    ) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let servers = listeners.map { $0.server { listening.yield($0) } }
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        let serving = Task {
            let result = await Result { try await self.run(servers, ports, ready) }
            outcome.withLock { $0 = result }
            asked.finish()
        }
        // Ends with a cancellation, too.
        for await _ in asks {}
        await windUp(servers, serving)
        try outcome.withLock { $0 }?.get()
    }

    private func run(
        _ servers: [Server<OnEventLoop<HTTP1Channel>>], _ ports: AsyncStream<Int>,
        _ ready: @escaping @Sendable (DaemonFiles.Address) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for server in servers {
                group.addTask { try await ListeningError.translating(self.port) { try await server.run() } }
            }
            group.addTask { try await self.announce(ports, ready) }
            for try await _ in group {}
        }
    }

    private func announce(
        _ ports: AsyncStream<Int>, _ ready: @escaping @Sendable (DaemonFiles.Address) -> Void
    ) async throws {
        var listening = ports.makeAsyncIterator()
        guard let first = await listening.next(), let second = await listening.next() else { return }
        try LocalSocket(path: files.socket).restrict()
        let address = DaemonFiles.Address(
            pid: getpid(), port: max(first, second), socket: files.absoluteSocket)
        try files.write(address)
        ready(address)
    }

    /// Lets answers that are being made be finished, and closes what is idle. It is no matter whether the task is
    /// cancelled.
    private func windUp(_ servers: [Server<OnEventLoop<HTTP1Channel>>], _ serving: Task<Void, Never>) async {
        let (over, end) = AsyncStream.makeStream(of: Void.self)
        let closing = Task {
            for server in servers { try? await server.shutdownGracefully() }
            await serving.value
            end.finish()
        }
        let impatient = Task {
            try await Task.sleep(for: Self.patience)
            serving.cancel()
            try await Task.sleep(for: Self.patience / 4)
            closing.cancel()
            end.finish()
        }
        await Task { for await _ in over {} }.value
        impatient.cancel()
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
