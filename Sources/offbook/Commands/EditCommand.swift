import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Edit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Write a new version of a prompt, in $EDITOR or from an option.",
        discussion: """
            If somebody saves the prompt while you edit, both texts are kept: see offbook branches.

              offbook edit greeting
              offbook edit greeting --body-file new.md -m 'friendlier'
            """)

    @Argument(help: .prompt) var name: String
    @OptionGroup var text: BodyOptions
    @Option(name: .shortAndLong, help: "What you changed, for the history.") var message = ""
    @OptionGroup var options: LibraryOptions

    func run() async throws {
        let library = try options.library()
        let base = try library.editBase(name)
        if let body = try text.text() {
            return try report(library.save(body, from: base, message: message), base)
        }
        try KeptTexts(options.data.directory).mention(base.prompt, in: library)
        let (body, editor) = try await Editor.edit(base.body, of: base.prompt, in: options.data.directory)
        try report(editor.keepingText { try library.save(body, from: base, message: message) }, base)
    }

    private func report(_ outcome: SaveOutcome, _ base: EditBase) throws {
        if options.json { return try JSONOutput.print(SaveReport(outcome)) }
        switch outcome {
        case .unchanged: Console.print("“\(base.prompt.name)” is unchanged.")
        case .saved(let version): Console.print("Saved “\(base.prompt.name)” as \(version).")
        case .diverged(let version, let other, _):
            Console.print("Saved as \(version); somebody else saved \(other) meanwhile, and both are kept.")
            Console.print("Join them with: offbook merge '\(base.prompt.name)'")
        }
    }
}

/// What a save prints as JSON.
struct SaveReport: Encodable {
    var outcome: String
    var version: String?
    var head: String?

    init(_ outcome: SaveOutcome) {
        switch outcome {
        case .unchanged: self.outcome = "unchanged"
        case .saved(let version):
            self.outcome = "saved"
            self.version = version
        case .diverged(let version, _, let head):
            self.outcome = "diverged"
            self.version = version
            self.head = head
        }
    }
}
