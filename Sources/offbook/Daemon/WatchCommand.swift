import ArgumentParser
import Changesets
import PromptLibrary
import ReplicaStore

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Print changes as they land in the library, until it is interrupted.",
        discussion: """
            Changes that are written here, by whatever program, and those that a sync or a file brings. With --json
            a line each, of all tables; else those that people look for.

              offbook watch
              offbook watch --json | jq -r .prompt
            """)

    @OptionGroup var options: LibraryOptions

    func run() async throws {
        let library = try options.library()
        let workspace = try library.workspace
        let commits = try CommitWatch(library.replica.path)
        let watch = try DataWatch(options.data.directory) { parts in
            if parts?.contains(.library(workspace)) ?? true { commits.tell() }
        }
        var position = try library.position()
        if !options.json { Console.error("Waiting for changes; Ctrl-C ends it.") }
        try await commits.run { position = try show(library, after: position) }
        withExtendedLifetime(watch) {}
    }

    /// - Returns: where it has come to.
    private func show(_ library: Library, after position: Int64) throws -> Int64 {
        var position = position
        while let (changes, through) = try library.changes(after: position) {
            for change in changes where options.json || change.isNews { try print(change) }
            position = through
        }
        return position
    }

    private func print(_ change: LibraryChange) throws {
        if options.json { return Console.write(try JSONOutput.bytes(change, isLaidOut: false)) }
        let time = change.writtenAt.map { Moment.text($0) } ?? ""
        let who = [change.user, change.node].compactMap { $0 }.joined(separator: "@")
        let what = [change.prompt.map { "“\($0)”" }, change.detail].compactMap { $0 }.joined(separator: "  ")
        let deleted = change.kind == .deleted ? "  deleted" : ""
        Console.print("\(time)  \(who)  \(what.isEmpty ? change.table : what)\(deleted)")
    }
}
