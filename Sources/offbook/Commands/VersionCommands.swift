import ArgumentParser
import PromptLibrary

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what changed between two versions.",
        discussion: """
            Without versions, what the head changed.

              offbook diff greeting
              offbook diff greeting v1 v3
            """)

    @Argument(help: .prompt) var name: String
    @Argument(help: .version("The version to start from; the one before if left out.", called: "old-version")) var old:
        String?
    @Argument(help: .version("The version to end at; the head if left out.", called: "new-version")) var new: String?
    @OptionGroup var pager: PagerOptions
    @OptionGroup var options: LibraryOptions

    private struct Report: Encodable { var diff: String }

    func run() throws {
        let diff = try options.library().diff(name, old, new)
        if options.json { return try JSONOutput.print(Report(diff: diff)) }
        guard Console.isOutputTerminal else { return Console.write(Array(diff.utf8)) }
        pager.start()
        for line in DiffText.coloured(diff) { Console.print(line) }
    }
}

struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make a new version with the text of an old one.",
        discussion: "  offbook rollback greeting v2")

    @Argument(help: .prompt) var name: String
    @Argument(help: "The version to go back to.") var version: String
    @Option(name: .shortAndLong, parsing: .unconditional, help: "A message for the history.") var message = ""
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let outcome = try options.library().rollback(name, to: version, message: message)
        if options.json { return try JSONOutput.print(SaveReport(outcome)) }
        guard case .saved(let saved) = outcome else {
            return Console.print("\(version) is the head of “\(name)” already.")
        }
        Console.print("“\(name)” has the text of \(version) again, as \(saved).")
    }
}

struct Duplicate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicate", abstract: "Make a prompt of its own from another.",
        discussion: "  offbook duplicate greeting greeting-formal")

    @Argument(help: .prompt) var name: String
    @Argument(help: "What the new one is called; NAME_copy if left out.") var newName: String?
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let view = try options.library().duplicate(name, as: newName)
        if options.json { return try JSONOutput.print(view) }
        Console.print("Added “\(view.name)” (\(view.id.suffix(8))).")
    }
}
