import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import WebResearch

/// A web site on a loopback port, which does what its routes say.
final class FixtureSite: Sendable {
    typealias Routes = @Sendable (_ request: FixtureRequest) -> FixtureReply

    final class Record: Sendable {
        struct State {
            var requests: [FixtureRequest] = []
            /// In bytes: what has been handed to the sockets of filler.
            var written = 0
            var connections = 0
            var closed = 0
        }

        let state = Mutex(State())
    }

    private let channel: any Channel
    private let record: Record

    private init(_ channel: any Channel, _ record: Record) { (self.channel, self.record) = (channel, record) }

    static func start(host: String = "127.0.0.1", port: Int = 0, _ routes: @escaping Routes) async throws -> FixtureSite
    {
        let record = Record()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(FixtureConnection(routes, record))
                }
            }
            .bind(host: host, port: port).get()
        return FixtureSite(channel, record)
    }

    /// Runs a test before it, and stops it whatever happens.
    static func run(_ routes: @escaping Routes, _ body: (FixtureSite) async throws -> Void) async throws {
        let site = try await start(routes)
        do {
            try await body(site)
        } catch {
            try? await site.stop()
            throw error
        }
        try await site.stop()
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var base: String { "http://127.0.0.1:\(port)" }
    var requests: [FixtureRequest] { record.state.withLock { $0.requests } }
    var paths: [String] { requests.map(\.path) }
    var written: Int { record.state.withLock { $0.written } }
    /// Connections that are open.
    var open: Int { record.state.withLock { $0.connections - $0.closed } }

    /// Settings that let a fetcher come here, and nowhere else in the own network.
    func settings(_ change: (inout FetchSettings) -> Void = { _ in }) -> FetchSettings {
        var settings = FetchSettings.patient
        settings.guarding.allowed = ["127.0.0.1:\(port)"]
        change(&settings)
        return settings
    }

    func fetcher(_ change: (inout FetchSettings) -> Void = { _ in }) -> PageFetcher { PageFetcher(settings(change)) }

    func stop() async throws { try await channel.close() }
}

/// Waits for what is bound to happen; the test fails where it does not in a minute.
func eventually(_ holds: () -> Bool) async -> Bool {
    for _ in 0..<6_000 {
        if holds() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return holds()
}
