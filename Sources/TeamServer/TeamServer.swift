internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
package import Logging
internal import NIOCore
package import ReplicaStore

/// The team server: sync over HTTP, until it is told to stop.
package struct TeamServer: Sendable {
    package struct Configuration: Sendable {
        package var host: String
        /// 0 for any free one.
        package var port: Int
        /// Whether somebody vouches for the machine's clock as it is now.
        package var acceptsClock: Bool
        package var collection: Collection
        /// Whether `X-Forwarded-For` is believed, as a proxy of ours writes it.
        package var trustsProxy = false

        package init(
            host: String, port: Int, acceptsClock: Bool = false, collection: Collection = Collection()
        ) {
            self.host = host
            self.port = port
            self.acceptsClock = acceptsClock
            self.collection = collection
        }
    }

    /// When what was deleted goes for good.
    package struct Collection: Sendable {
        var interval: Duration
        /// In milliseconds; the usual one where nil.
        var retention: Int64?

        package init(interval: Duration = .seconds(3600), retention: Int64? = nil) {
            self.interval = interval
            self.retention = retention
        }
    }

    private let configuration: Configuration
    private let directory: DirectoryStore
    private let replicas: WorkspaceReplicas
    private let logger: Logger

    package init(_ data: DataDirectory, _ configuration: Configuration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        directory = try DirectoryStore(data)
        replicas = WorkspaceReplicas(data, directory, acceptsClock: configuration.acceptsClock)
    }

    /// Serves until SIGTERM or SIGINT, then finishes what it has begun.
    ///
    /// - Parameter ready: called with the port once connections are taken.
    package func run(ready: @escaping @Sendable (Int) -> Void) async throws {
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "offbook"),
            onServerRunning: { ready($0.localAddress?.port ?? 0) }, logger: logger)
        try await serve(application)
        try replicas.close()
    }

    /// The collector ends with the service.
    private func serve(_ application: some ApplicationProtocol) async throws {
        async let _ = Collector(
            replicas: replicas, rhythm: configuration.collection, logger: logger
        ).run()
        try await application.runService()
    }

    private var authenticator: Authenticator {
        Authenticator(directory: directory, trustsProxy: configuration.trustsProxy)
    }

    private func router() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self)
        router.add(middleware: LogRequestsMiddleware(.info))
        router.add(middleware: DrainUnroutedMiddleware())
        router.get("healthz") { _, _ in "ok\n" }
        SyncController(replicas: replicas, authenticator: authenticator).addRoutes(to: router.group("sync/v1"))
        return router
    }
}
