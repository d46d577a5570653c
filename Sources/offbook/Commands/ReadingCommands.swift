import ArgumentParser
import PromptLibrary
import PromptTemplates

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a prompt.",
        discussion: """
            On a terminal, what is known of it and its text; to a pipe or a file, exactly the text.

              offbook show greeting
              offbook show greeting --version v3 > greeting.txt
            """)

    @Argument(help: .prompt) var name: String
    @Option(help: "A version: v7, v7~alice-laptop, or digits of its id.") var version: String?
    @Option(help: "The version that this label points at.") var label: String?
    @OptionGroup var pager: PagerOptions
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if version != nil, label != nil { throw ValidationError("Give --version or --label, not both.") }
    }

    func run() throws {
        let detail = try options.library().show(name, version: version, label: label)
        if options.json { return try JSONOutput.print(detail) }
        pager.start()
        if Console.isOutputTerminal { header(detail) }
        Console.printText(detail.bytes)
    }

    private func header(_ detail: PromptDetailView) {
        let prompt = detail.prompt
        let marks = (prompt.isFavourite ? " ★" : "") + (prompt.isArchived ? " (archived)" : "")
        Console.print(Style.bold(prompt.name) + marks + Style.dim("  \(detail.version.name)  \(prompt.id.suffix(8))"))
        if !prompt.description.isEmpty { Console.print(prompt.description) }
        let facts: [String?] = [
            prompt.project.map { "project \($0)" }, prompt.category,
            prompt.tags.isEmpty ? nil : prompt.tags.map { "#\($0)" }.joined(separator: " "),
            detail.version.author.map { "by \($0)" }, Moment.text(detail.version.createdAt),
        ]
        Console.print(Style.dim(facts.compactMap { $0 }.joined(separator: "  ")))
        for line in particulars(detail) { Console.print(Style.dim(TextWidth.fit(line, Console.width))) }
        if prompt.divergences > 0 {
            Console.print(Style.yellow("diverged: see offbook branches '\(prompt.name)'"))
        }
        Console.print()
    }

    /// What runs with the text: its settings, and the variables that are declared.
    private func particulars(_ detail: PromptDetailView) -> [String] {
        let settings = detail.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\((try? $0.value.json()) ?? "?")" }
        let variables = detail.variables.map { $0.isRequired && $0.defaultValue == nil ? $0.name : "[\($0.name)]" }
        return [
            detail.messages.map { "chat of \(Count.of($0.count, "message"))" },
            settings.isEmpty ? nil : "settings: \(settings.joined(separator: "  "))",
            variables.isEmpty ? nil : "variables: \(variables.joined(separator: "  "))",
        ].compactMap { $0 }
    }
}

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show all versions of a prompt, newest first.",
        discussion: "  offbook history greeting")

    @Argument(help: .prompt) var name: String
    @OptionGroup var page: PageOptions
    @OptionGroup var pager: PagerOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let library = try options.library()
        if options.json { return try JSONOutput.print(library.history(name, page.request)) }
        pager.start()
        let versions = try library.history(name).items
        let shown = try page.request.page(of: Array(versions.indices))
        HistoryText(versions).table((shown.items.first ?? 0)..<((shown.items.last ?? -1) + 1)).print()
        if let next = shown.next { Console.error("More with: --cursor \(next)") }
        if versions.contains(where: { $0.isTip && !$0.isHead }) {
            Console.error("What has diverged is joined with: offbook merge '\(name)'")
        }
    }
}
