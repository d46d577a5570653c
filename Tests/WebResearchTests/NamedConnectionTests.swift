import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import WebResearch

@Suite struct NamedConnectionTests {
    /// Keeps the first bytes of a connection, and closes it.
    private final class Greeting: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let seen: Seen

        init(_ seen: Seen) { self.seen = seen }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            seen.bytes.withLock { $0 += bytes }
            context.close(promise: nil)
        }
    }

    private final class Seen: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    @Test("TLS asks for the name of the site, not for the address that the connection is pinned to")
    func serverName() async throws {
        let seen = Seen()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeting(seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        var settings = FetchSettings.patient
        settings.guarding.allowed = ["127.0.0.1:\(port)"]
        settings.resolver = FixtureNames(["secure.example": [["127.0.0.1"]]]).resolver
        let fetcher = PageFetcher(settings)
        let error = await #expect(throws: ResearchError.self) {
            try await fetcher.fetch("https://secure.example:\(port)/")
        }
        #expect(error?.code == .unreachable)
        // The name stands in the first message as it is.
        let greeting = String(decoding: seen.bytes.withLock { $0 }, as: UTF8.self)
        #expect(greeting.contains("secure.example"))
        #expect(!greeting.contains("127.0.0.1"))
        try await channel.close()
    }
}
