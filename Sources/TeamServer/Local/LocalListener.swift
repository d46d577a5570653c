internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ReplicaStore

/// One of the two ways to the daemon: TCP on this machine's own address, or the socket in the file system.
struct LocalListener: Sendable {
    enum Kind: Sendable {
        /// 0 for any free port.
        case tcp(port: Int)
        case socket(path: String)
    }

    let kind: Kind
    let api: API
    let routes: [Route]
    let logger: Logger

    private var isTCP: Bool { if case .tcp = kind { true } else { false } }

    private var address: BindAddress {
        switch kind {
        case .tcp(let port): .hostname("127.0.0.1", port: port)
        case .socket(let path): .unixDomainSocket(path: path)
        }
    }

    /// - Parameter onListening: called with the port, or 0, once connections are taken.
    func server(onListening: @escaping @Sendable (Int) -> Void) -> Server<OnEventLoop<HTTP1Channel>> {
        Server(
            childChannelSetup: OnEventLoop(channel(router.buildResponder())),
            configuration: ServerConfiguration(address: address),
            onServerRunning: { onListening($0.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    }

    private func channel(_ responder: RouterResponder<ServerContext>) -> HTTP1Channel {
        let (logger, isTCP) = (logger, isTCP)
        return HTTP1Channel(
            responder: { request, writer, channel in
                var logger = logger
                logger[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
                let context = ServerContext(source: .init(channel: channel, logger: logger))
                let response = try await responder.respond(to: request, context: context)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(additionalChannelHandlers: isTCP ? [] : [SameUser(logger)]))
    }

    private var router: Router<ServerContext> {
        let router = Router(context: ServerContext.self)
        router.add(middleware: RequestIDs())
        router.add(middleware: LocalEnvelope())
        router.add(middleware: ErrorsToAnswers())
        router.add(middleware: Problems())
        router.add(middleware: LocalDoor(isTCP: isTCP))
        router.add(middleware: DrainUnroutedMiddleware())
        router.get("healthz") { _, _ in "ok\n" }
        api.addRoutes(routes, to: router)
        return router
    }
}

/// What it means that a way can't be listened on.
enum ListeningError {
    /// - Throws: `ReplicaError`: `.busy` for a port that is taken, `.io`.
    static func translating(_ port: Int, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ReplicaError(
                .busy, "port \(port) of this machine is taken; choose another one, or 0 for any that is free")
        } catch let error as IOError {
            throw ReplicaError(
                .io, "the daemon can't listen: \(String(cString: strerror(error.errnoCode)).lowercased())")
        }
    }
}
