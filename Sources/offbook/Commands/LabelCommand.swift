import ArgumentParser
import PromptLibrary
import ReplicaStore
import SyncClient

struct Label: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Point a label, such as staging, at a version.",
        discussion: """
            The label production is protected: in a library with a server it moves only online.

              offbook label greeting staging
              offbook label greeting production v3
              offbook show greeting --label production
            """)

    @Argument(help: .prompt) var name: String
    @Argument(help: "The label.") var label: String
    @Argument(help: "The version to point at; the head if left out.") var version: String?
    @Flag(help: "Take the label away.") var remove = false
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if remove, version != nil { throw ValidationError("--remove takes no version.") }
    }

    func run() async throws {
        let library = try options.library()
        let view = try await library.label(
            name, label, version: version, removing: remove, over: options.transport(of: library))
        if options.json { return try JSONOutput.print(view) }
        Console.print(
            view.version.map { "\(label) of “\(view.prompt)” is \($0)." }
                ?? "“\(view.prompt)” has no label \(label) any more.")
    }
}

extension LibraryOptions {
    /// The library's server, or nil where it has none.
    func transport(of library: Library) throws -> HTTPSyncTransport? {
        try data.directory.connection(of: library.workspace).map {
            try HTTPSyncTransport(url: $0.url, token: $0.token)
        }
    }
}
