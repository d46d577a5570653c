import ArgumentParser
import Dispatch
import Glibc
import Logging
import PromptLibrary
import PromptRunning
import ReplicaStore
import SyncClient
import TeamServer

struct DaemonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon", abstract: "Keep the libraries of this machine in step in the background.",
        subcommands: [Run.self, Install.self, Status.self, Logs.self, Stop.self])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Keep all libraries in step that have a server, until it is stopped.",
            discussion: """
                What is written here is sent at once, what is written elsewhere is here at once. Without a network
                it waits, and everything else goes on as ever. Libraries that are connected later are kept in step
                too. There is one daemon for a data directory.

                Programs of yours fetch prompts from it, the network down or not: the interface of a team server,
                on a port of 127.0.0.1 with the token in daemon.token, and without one on the socket daemon.sock.

                  offbook daemon run
                  offbook daemon run --port 0
                """)

        @Option(
            help: ArgumentHelp(
                "The port of the local API on 127.0.0.1, 0 for a free one. Where nothing is said: 7332, or a free one.",
                valueName: "port"))
        var port: Int?
        @Flag(help: "Say more in the log: each sync.") var verbose = false
        @OptionGroup var data: DataOptions

        /// To end what is being done, in seconds.
        private static let grace = 1.5
        private static let rest = Duration.seconds(30)

        func run() async throws {
            let directory = data.directory
            let lock = try DaemonLock(directory)
            defer { withExtendedLifetime(lock) {} }
            let log = try DaemonLog(directory)
            var logger = Logger(label: "offbook") { _ in DaemonLogHandler(log: log) }
            logger.logLevel = verbose ? .debug : .info
            logger.notice("begins", metadata: ["version": "\(Offbook.version)", "process": "\(getpid())"])
            try await work(directory, logger)
            logger.notice("ends")
        }

        private func work(_ directory: DataDirectory, _ logger: Logger) async throws {
            let replicas = LocalReplicas(directory)
            let keeper = Keeper(directory, logger: logger, open: replicas.replica) {
                try KeptTexts(directory).removePurged(in: $0)
            }
            let sources = ProviderSources(
                keys: ProviderKeys(directory), allowsPrivateAddresses: true, environment: DataOptions.nonEmpty)
            let jobs = JobRunner(NodeJobs(directory, sources, logger: logger, open: replicas.replica), logger: logger)
            let signals = EndSignals(grace: Self.grace)
            try await withThrowingTaskGroup { group in
                group.addTask { try await keeper.run() }
                group.addTask { await jobs.run() }
                group.addTask { try await serve(replicas, keeper, logger) }
                group.addTask { for await _ in signals.stream { return } }
                defer { group.cancelAll() }
                try await group.next()
            }
            replicas.close()
        }

        /// What goes wrong with it does not keep libraries from being in step.
        private func serve(_ replicas: LocalReplicas, _ keeper: Keeper, _ logger: Logger) async throws {
            var port = port ?? LocalServer.standardPort
            let began = systemMilliseconds()
            while !Task.isCancelled {
                let server = LocalServer(replicas, port: port, logger: logger) {
                    DaemonState(
                        pid: getpid(), version: Offbook.version, since: began, libraries: await keeper.standings)
                }
                do {
                    return try await server.run { address in
                        let place: Logger.Metadata = ["port": "\(address.port)", "socket": "\(address.socket)"]
                        logger.notice("serves", metadata: place)
                    }
                } catch let error as ReplicaError where error.code == .busy && self.port == nil && port != 0 {
                    // Of another user, or of another data directory.
                    port = 0
                } catch let error as ReplicaError where error.code == .busy {
                    throw error
                } catch {
                    logger.error("programs can't be served", metadata: ["why": "\(error)"])
                    try await Task.sleep(for: Self.rest)
                }
            }
        }
    }
}

/// Asks to end by SIGTERM and SIGINT. Whatever the process is doing then, it ends after a while: what has been
/// begun in a library's file is undone, or done, by whoever opens it next.
private final class EndSignals: Sendable {
    let stream: AsyncStream<Void>
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init(grace: Double) {
        let (stream, told) = AsyncStream.makeStream(of: Void.self)
        self.stream = stream
        // Not by a task: all threads of those may be waiting for a file.
        let queue = DispatchQueue(label: "signals")
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                told.yield()
                queue.asyncAfter(deadline: .now() + grace) { exit(ExitStatus.ok.rawValue) }
            }
            source.activate()
            return source
        }
    }
}

/// How a daemon is doing.
struct DaemonState: Codable, Sendable {
    var pid: Int32
    var version: String
    /// Unix milliseconds.
    var since: Int64
    var libraries: [LibraryStanding]
}
