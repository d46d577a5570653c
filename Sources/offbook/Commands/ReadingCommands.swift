import ArgumentParser
import PromptLibrary

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a prompt.",
        discussion: """
            On a terminal, what is known of it and its text; to a pipe or a file, exactly the text.

              offbook show greeting
              offbook show greeting --version v3 > greeting.txt
            """)

    @Argument(help: "The prompt.") var name: String
    @Option(help: "A version: v7, v7~alice-laptop, or digits of its id.") var version: String?
    @Option(help: "The version that this label points at.") var label: String?
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if version != nil, label != nil { throw ValidationError("Give --version or --label, not both.") }
    }

    func run() throws {
        let detail = try options.library().show(name, version: version, label: label)
        if options.json { return try JSONOutput.print(detail) }
        guard Console.isOutputTerminal else { return Console.write(detail.bytes) }
        header(detail)
        Console.write(detail.bytes)
        if detail.bytes.last != UInt8(ascii: "\n") { Console.print() }
    }

    private func header(_ detail: PromptDetailView) {
        let prompt = detail.prompt
        let marks = (prompt.isFavourite ? " ★" : "") + (prompt.isArchived ? " (archived)" : "")
        Console.print(Style.bold(prompt.name) + marks + Style.dim("  \(detail.version.name)  \(prompt.id.suffix(8))"))
        if !prompt.description.isEmpty { Console.print(prompt.description) }
        let facts: [String?] = [
            prompt.category, prompt.tags.isEmpty ? nil : prompt.tags.map { "#\($0)" }.joined(separator: " "),
            detail.version.author.map { "by \($0)" }, Moment.text(detail.version.createdAt),
        ]
        Console.print(Style.dim(facts.compactMap { $0 }.joined(separator: "  ")))
        if prompt.divergences > 0 {
            Console.print(Style.yellow("diverged: see offbook branches '\(prompt.name)'"))
        }
        Console.print()
    }
}

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show all versions of a prompt, newest first.",
        discussion: "  offbook history greeting")

    @Argument(help: "The prompt.") var name: String
    @OptionGroup var page: PageOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let listing = try options.library().history(name, page.request)
        if options.json { return try JSONOutput.print(listing) }
        let names = Dictionary(listing.items.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        var table = Table("", "VERSION", "LABELS", "FROM", "BY", "WHEN", "MESSAGE", giving: "BY", "MESSAGE")
        for version in listing.items {
            let parents = version.parents.map { names[$0] ?? String($0.suffix(8)) }.joined(separator: " + ")
            let by = [version.author, version.node].compactMap { $0 }.joined(separator: " on ")
            table.add(
                version.isHead ? "*" : version.isTip ? "!" : " ", version.name, version.labels.joined(separator: " "),
                parents, by,
                Moment.text(version.createdAt), version.message)
        }
        table.print()
        if listing.items.contains(where: { $0.isTip && !$0.isHead }) {
            Console.error("* is the head; ! has diverged from it: offbook merge '\(name)'")
        }
    }
}
