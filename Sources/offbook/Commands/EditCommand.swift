import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Edit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Write a new version of a prompt, in $EDITOR or from an option.",
        discussion: """
            If somebody saves the prompt while you edit, both texts are kept: see offbook branches. Settings
            and variables, where there are some, stand above the text in the editor.

              offbook edit greeting
              offbook edit greeting --body-file new.md -m 'friendlier'
              offbook edit greeting --set temperature=0.2 --unset top_p
              offbook edit greeting --with-settings
            """)

    @Argument(help: .prompt) var name: String
    @OptionGroup var content: ContentOptions
    @Flag(help: "Have settings and variables above the text, in the editor or the file, though there are none yet.")
    var withSettings = false
    @Option(name: .shortAndLong, parsing: .unconditional, help: "What you changed, for the history.") var message = ""
    @OptionGroup var options: LibraryOptions

    func run() async throws {
        let library = try options.library()
        let base = try library.editBase(name)
        if withSettings, let file = content.bodyFile {
            let whole = try EditText.content(of: InputFile.text(file), isWhole: true)
            return try report(library.save(whole, from: base, message: message), base)
        }
        if content.isGiven {
            return try report(library.save(content.applied(to: base.content), from: base, message: message), base)
        }
        try KeptTexts(options.data.directory).mention(base.prompt, in: library)
        try await editByHand(base, library)
    }

    private func editByHand(_ base: EditBase, _ library: Library) async throws {
        let isWhole = withSettings || base.content.hasParticulars
        let (text, editor) = try await Editor.edit(
            EditText.text(of: base.content, isWhole: isWhole), of: base.prompt, isWhole: isWhole,
            in: options.data.directory)
        let outcome = try editor.keepingText {
            try library.save(EditText.content(of: text, isWhole: isWhole), from: base, message: message)
        }
        try report(outcome, base)
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
