internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A provider of language models on a loopback port, which does what a script says.
package final class ProviderStub: Sendable {
    fileprivate struct State: Sendable {
        var requests: [StubRequest] = []
        var last: StubRequest?
        var count = 0
        /// Answers that the client left before their end.
        var cancelled = 0
        var written = 0
    }

    private let channel: any Channel
    private let record: Record

    /// Shared with the connections.
    final class Record: Sendable {
        fileprivate let state = Mutex(State())
        let keeps: Bool

        init(keeps: Bool) { self.keeps = keeps }

        func add(_ request: StubRequest) -> Int {
            state.withLock { state in
                if keeps { state.requests.append(request) }
                state.last = request
                state.count += 1
                return state.count - 1
            }
        }

        /// For tests in another process.
        var json: String {
            state.withLock { state in
                let last = state.last.map { String(decoding: $0.body, as: UTF8.self) } ?? "null"
                return "{\"requests\": \(state.count), \"cancelled\": \(state.cancelled), \"last\": \(last)}"
            }
        }

        func addCancelled() { state.withLock { $0.cancelled += 1 } }
        func addWritten(_ bytes: Int) { state.withLock { $0.written += bytes } }
    }

    private init(_ channel: any Channel, _ record: Record) { (self.channel, self.record) = (channel, record) }

    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - keeps: whether it remembers what it was sent.
    package static func start(port: Int = 0, keeps: Bool = true, _ script: @escaping StubScript) async throws
        -> ProviderStub
    {
        let record = Record(keeps: keeps)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(StubConnection(script, record))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: port).get()
        return ProviderStub(channel, record)
    }

    /// GET it for how many requests there were, how many answers the client left, and the last request's body.
    package static let statePath = "/stub/state"

    package var port: Int { channel.localAddress?.port ?? 0 }
    /// With the version, as providers' base URLs are.
    package var base: String { "http://127.0.0.1:\(port)/v1" }
    package var requests: [StubRequest] { record.state.withLock { $0.requests } }
    package var count: Int { record.state.withLock { $0.count } }
    package var cancelled: Int { record.state.withLock { $0.cancelled } }
    /// In bytes: what has been handed to the sockets of filler.
    package var written: Int { record.state.withLock { $0.written } }

    package func stop() async throws { try await channel.close() }

    /// Until it is stopped.
    package func wait() async throws { try await channel.closeFuture.get() }
}
