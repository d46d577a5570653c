package import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
package import Logging
package import MessageLog
internal import NIOCore
internal import NIOPosix
internal import PromptRunning
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
        package var policy = DirectoryPolicy()
        /// The command that takes mails; none are sent where nil.
        package var sendmail: String?
        /// What stands in a mail's `From:`; the mail program's choice where nil.
        package var mailSender: String?
        /// The address by which people reach the server; the one that it listens on where nil.
        package var publicAddress: String?
        /// Nil for plain HTTP.
        package var tls: TLSFiles?
        /// Nil for none.
        package var rateLimits: RateLimits? = RateLimits()
        /// Origins, such as `https://prompts.example.org`, whose pages may ask this server from a browser.
        package var origins: [String] = []
        /// By which metrics can be read from other machines; from none where nil.
        package var metricsToken: String?
        /// Whether providers that a workspace names may be on this machine or its network.
        package var allowsPrivateProviders = false
        /// How many calls to providers are under way at once.
        package var upstreamCalls = 50
        /// Whether what is sent to models and comes back is logged, and for how long.
        package var messageLog = MessageLogSettings()
        /// What the environment says.
        package var environment: @Sendable (String) -> String? = { _ in nil }
        /// Of this Offbook.
        package var version = ""

        package init(
            host: String, port: Int, acceptsClock: Bool = false, collection: Collection = Collection()
        ) {
            self.host = host
            self.port = port
            self.acceptsClock = acceptsClock
            self.collection = collection
        }

        /// Where the server is reached on this machine.
        package func address(port: Int) -> String {
            "\(tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
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

    let configuration: Configuration
    let data: DataDirectory
    let directory: DirectoryStore
    private let replicas: WorkspaceReplicas
    private let hub: EventHub
    private let gateway: Gateway
    private let memory: DirectoryMemory
    let mail: MailQueue?
    let metrics = Metrics()
    let limiter: RateLimiter?
    private let passwordWork = PasswordWork()
    private let writing = NIOThreadPool(numberOfThreads: 32)
    private let logger: Logger

    package init(_ data: DataDirectory, _ configuration: Configuration, logger: Logger) throws {
        // What is wrong with its files shows before anything is made.
        _ = try configuration.tls?.configuration()
        self.configuration = configuration
        self.data = data
        self.logger = logger
        limiter = configuration.rateLimits.map { RateLimiter($0) }
        mail = configuration.sendmail.map {
            MailQueue(Sendmail(command: $0, sender: configuration.mailSender), logger: logger)
        }
        directory = try DirectoryStore(data, policy: configuration.policy, outbox: mail?.outbox)
        memory = DirectoryMemory(directory)
        replicas = WorkspaceReplicas(data, directory, acceptsClock: configuration.acceptsClock)
        hub = EventHub(data, replicas, logger: logger)
        var sources = ProviderSources(
            keys: ProviderKeys(data), allowsPrivateAddresses: configuration.allowsPrivateProviders,
            environment: configuration.environment)
        sources.separatesWorkspaces = true
        let messages = try MessageLog(in: data, settings: configuration.messageLog, logger: logger)
        gateway = Gateway(
            directory, replicas, sources, messages, callsMax: configuration.upstreamCalls, logger)
    }

    /// Makes an owner where nobody can reach anything yet.
    ///
    /// - Returns: a password that works once; nil where somebody can.
    package func createFirstOwner(email: String) throws -> String? {
        try directory.isEmpty() ? try directory.createOwner(email: email) : nil
    }

    /// Serves until SIGTERM or SIGINT, then finishes what it has begun.
    ///
    /// - Parameter ready: called with the port once connections are taken.
    package func run(ready: @escaping @Sendable (Int) -> Void) async throws {
        if mail == nil { logger.notice("no mail is sent, as no sendmail command is set: codes and links go nowhere") }
        let application = Application(
            router: router(), server: try httpServer(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "offbook"),
            services: [gateway.messages, hub, gateway.usage, jobs],
            onServerRunning: { announce($0.localAddress?.port ?? 0, ready) }, logger: logger)
        OpenFiles.raiseLimit()
        _ = try directory.ledger.refundInterrupted()
        writing.start()
        try await serve(application)
        try directory.ledger.finish()
        try await passwordWork.stop()
        try await writing.shutdownGracefully()
        try replicas.close()
    }

    private var jobs: JobService {
        JobService(site: ServerJobs(data: data, replicas: replicas, gateway: gateway), logger: logger)
    }

    private func announce(_ port: Int, _ ready: (Int) -> Void) {
        directory.publicAddress = configuration.publicAddress ?? configuration.address(port: port)
        ready(port)
    }

    /// The collector ends with the service, and the mails that wait are sent.
    private func serve(_ application: some ApplicationProtocol) async throws {
        async let _ = Collector(
            replicas: replicas, rhythm: configuration.collection, logger: logger
        ).run()
        async let mailing: Void? = mail?.run()
        defer { mail?.finish() }
        try await application.runService()
        mail?.finish()
        await mailing
    }

    private var authenticator: Authenticator {
        Authenticator(memory: memory, trustsProxy: configuration.trustsProxy, limiter: limiter)
    }

    private func router() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self)
        addMiddleware(to: router, authenticator)
        router.get("healthz") { _, _ in "ok\n" }
        let events = EventController(hub: hub, directory: directory, authenticator: authenticator)
        SyncController(replicas: replicas, authenticator: authenticator, metrics: metrics, events: events)
            .addRoutes(to: router.group("sync/v1"))
        let source = TeamSource(
            directory: directory, memory: memory, replicas: replicas, authenticator: authenticator,
            operations: operations)
        let api = API(
            source: source, answers: ResponseCache(source), workers: Workers(writing: writing, passwords: passwordWork),
            gateway: gateway)
        api.addRoutes(RouteTable.all, to: router)
        return router
    }
}
