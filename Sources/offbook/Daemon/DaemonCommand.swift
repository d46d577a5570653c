import ArgumentParser
import Glibc
import Logging
import PromptLibrary
import ReplicaStore
import SyncClient
import TeamServer
import UnixSignals

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

        @Option(help: ArgumentHelp("The port of the local API on 127.0.0.1; 0 for a free one.", valueName: "port"))
        var port = LocalServer.standardPort
        @Flag(help: "Say more in the log: each sync.") var verbose = false
        @OptionGroup var data: DataOptions

        /// To end what is being done. After it the process ends all the same, which harms nothing.
        private static let grace = Duration.milliseconds(1_500)

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
            let began = systemMilliseconds()
            let server = LocalServer(replicas, port: port, logger: logger) {
                DaemonState(
                    pid: getpid(), version: Offbook.version, since: began, libraries: await keeper.standings)
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await keeper.run() }
                group.addTask {
                    try await server.run { address in
                        logger.notice("serves", metadata: ["port": "\(address.port)", "socket": "\(address.socket)"])
                    }
                }
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return }
                }
                defer { end(group) }
                try await group.next()
            }
            replicas.close()
        }

        private func end(_ group: ThrowingTaskGroup<Void, any Error>) {
            group.cancelAll()
            Task {
                try await Task.sleep(for: Self.grace)
                Glibc.exit(ExitStatus.ok.rawValue)
            }
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
