import ArgumentParser
import PromptLibrary
import ReplicaStore
import SyncClient
import TeamServer

extension DaemonCommand {
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Show how the daemon is doing.",
            discussion: "Exit status 1 where none runs.\n\n  offbook daemon status")

        @OptionGroup var data: DataOptions
        @Flag(name: .long, help: "Print JSON.") var json = false

        func run() async throws {
            let directory = data.directory
            guard DaemonLock.holder(of: directory) != nil, let address = DaemonFiles(directory).readAddress() else {
                throw CommandError(.failure, "no daemon runs on \(directory.path); start one: offbook daemon run")
            }
            let state: DaemonState = try await LocalAPI(socket: address.socket).get("daemon/status")
            if json { return try JSONOutput.print(state) }
            Console.print("Process \(state.pid), since \(Moment.text(state.since)), port \(address.port).")
            if state.libraries.isEmpty { Console.print("No library has a server: offbook connect URL") }
            for library in state.libraries { show(library) }
        }

        private func show(_ library: LibraryStanding) {
            let listening = library.isListening ? "" : ", asking now and then"
            let synced = library.syncedAt.map { ", synced \(Moment.text($0))" } ?? ""
            let name = library.name.isEmpty ? library.workspace : library.name
            Console.print("\(name): \(library.state.rawValue)\(synced)\(library.state == .inStep ? listening : "")")
            if !library.detail.isEmpty { Console.print("  \(library.detail)") }
        }
    }
}
