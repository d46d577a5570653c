import ArgumentParser
import Changesets
import PromptLibrary
import ReplicaStore

struct Purge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Erase a prompt for good, on every node.",
        discussion: """
            For what should never have been written down, such as a password. Its texts, its history and its
            journal go here at once, and elsewhere with the next sync of each node; nothing brings them back.
            Copies elsewhere stay: in other prompts, in exported files, in backups. That it was purged, by whom
            and why can be seen by all.

              offbook purge greeting --reason 'held the key of the payroll'
              offbook purge greeting --yes
            """)

    @Argument(help: .prompt) var name: String
    @Option(help: "Why; everybody can read it.") var reason = ""
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var options: LibraryOptions

    private struct Report: Encodable {
        var prompt: String
        var promptID: String
        var isWiped: Bool

        enum CodingKeys: String, CodingKey {
            case prompt
            case promptID = "prompt_id"
            case isWiped = "is_wiped"
        }
    }

    func run() throws {
        let library = try options.library()
        let prompt = try library.promptToPurge(name)
        try confirm(prompt.name)
        let outcome = try library.purge(prompt, reason: reason)
        try KeptTexts(options.data.directory).removePurged(in: library)
        if options.json {
            return try JSONOutput.print(
                Report(prompt: outcome.prompt.name, promptID: outcome.prompt.id.hex, isWiped: outcome.isWiped))
        }
        Console.print("Purged “\(outcome.prompt.name)”. Other nodes erase it when they sync.")
        if !outcome.isWiped {
            Console.error(
                "Another process reads the library; what is left of it in the file goes with the next command that "
                    + "writes, and until then offbook doctor shows it.")
        }
    }

    private func confirm(_ prompt: String) throws {
        if yes { return }
        guard Console.isInputTerminal else {
            throw CommandError(.usage, "a purge can't be taken back: say --yes to do it without being asked")
        }
        Console.error(
            "Erase “\(prompt)” and its history for good, on every node? Nothing brings it back. Type its name:")
        guard readLine() == prompt else { throw CommandError(.failure, "nothing was purged") }
    }
}
