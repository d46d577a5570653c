import ArgumentParser
import Glibc
import Logging
import PromptLibrary
import ReplicaStore
import SyncClient
import UnixSignals

struct DaemonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon", abstract: "Keep the libraries of this machine in step in the background.",
        subcommands: [Run.self, Install.self, Logs.self, Stop.self])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Keep all libraries in step that have a server, until it is stopped.",
            discussion: """
                What is written here is sent at once, what is written elsewhere is here at once. Without a network
                it waits, and everything else goes on as ever. Libraries that are connected later are kept in step
                too. There is one daemon for a data directory.

                  offbook daemon run
                """)

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
            let workspaces = Workspaces(directory, nodeName: Machine.hostName, userName: Machine.userName)
            let keeper = Keeper(workspaces, logger: logger) { try KeptTexts(directory).removePurged(in: $0) }
            try await withThrowingTaskGroup { group in
                group.addTask { try await keeper.run() }
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return }
                }
                try await group.next()
                Task {
                    try await Task.sleep(for: Self.grace)
                    Glibc.exit(ExitStatus.ok.rawValue)
                }
                group.cancelAll()
            }
        }
    }
}
