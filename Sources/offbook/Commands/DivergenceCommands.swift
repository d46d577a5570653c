import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Branches: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branches", abstract: "Show where prompts have diverged.",
        discussion: """
            Without a name, the prompts of which two versions were written side by side.

              offbook branches
              offbook branches greeting --json
            """)

    @Argument(help: .prompt) var name: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var pager: PagerOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let listing = try options.library().branches(name, page.request)
        if options.json { return try JSONOutput.print(listing) }
        pager.start()
        guard !listing.items.isEmpty else { return Console.print("Nothing has diverged.") }
        var table = Table(
            "PROMPT", "KIND", "NAME", "VERSION", "BY", "WHEN", giving: ["PROMPT", "BY"],
            dropping: ["KIND", "BY", "WHEN"])
        for branch in listing.items {
            let by = [branch.author, branch.node].compactMap { $0 }.joined(separator: " on ")
            table.add(
                branch.prompt, branch.kind.rawValue, branch.name, String(branch.head.suffix(8)), by,
                Moment.text(branch.createdAt))
        }
        table.print()
        if let next = listing.next { Console.error("More with: --cursor \(next)") }
    }
}

struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Join a divergence into the head.",
        discussion: """
            Changes to different words fit together by themselves. Where they do not, settle it in
            $EDITOR, or with an option.

              offbook merge greeting
              offbook merge greeting v7~alice-laptop --theirs
            """)

    @Argument(help: .prompt) var name: String
    @Argument(
        help: .version(
            "The version to merge into the head; the only divergence if left out.", called: "diverged-version"))
    var from: String?
    @Flag(help: "Keep the head's text.") var ours = false
    @Flag(help: "Take the other version's text.") var theirs = false
    @Option(
        help: ArgumentHelp("A file with the text to keep, or - for standard input.", valueName: "file"),
        completion: .file())
    var bodyFile: String?
    @Option(name: .shortAndLong, parsing: .unconditional, help: "A message for the history.") var message = ""
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if [ours, theirs, bodyFile != nil].filter({ $0 }).count > 1 {
            throw ValidationError("Give one of --ours, --theirs and --body-file.")
        }
    }

    func run() async throws {
        let library = try options.library()
        let plan = try library.planMerge(name, from: from)
        if let resolution = try resolution() ?? (plan.isClean ? .clean : nil) {
            return try report(library.merge(plan, resolution, message: message), plan)
        }
        guard Console.isInputTerminal || DataOptions.nonEmpty("EDITOR") != nil || DataOptions.nonEmpty("VISUAL") != nil
        else { return try report(library.merge(plan, .clean), plan) }
        try await settleInEditor(plan, library)
    }

    private func resolution() throws -> MergeResolution? {
        if ours { return .ours }
        if theirs { return .theirs }
        return try bodyFile.map { .text(try InputFile.text($0)) }
    }

    private func settleInEditor(_ plan: MergePlan, _ library: Library) async throws {
        let (text, editor) = try await Editor.edit(
            plan.marked(), of: plan.prompt, isWhole: plan.isWhole, in: options.data.directory)
        try editor.keepingText {
            try report(library.merge(plan, .content(plan.content(ofMarked: text)), message: message), plan)
        }
    }

    private func report(_ version: String, _ plan: MergePlan) throws {
        if options.json { return try JSONOutput.print(SaveReport(.saved(version))) }
        Console.print("Merged \(plan.theirsName) into \(plan.oursName) of “\(plan.prompt.name)”: \(version).")
    }
}

struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Put a divergence aside without merging it.",
        discussion: """
            Its text stays in the history.

              offbook close greeting v7~alice-laptop
            """)

    @Argument(help: .prompt) var name: String
    @Argument(help: .version("The diverged version, as branches names it.", called: "diverged-version")) var version:
        String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let closed = try options.library().close(name, version)
        try Acknowledgement.print("Closed \(closed) of “\(name)”; its text stays in the history.", options)
    }
}

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Explain what merges overwrote in a prompt.",
        discussion: "  offbook why greeting")

    @Argument(help: .prompt) var name: String
    @OptionGroup var page: PageOptions
    @OptionGroup var pager: PagerOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let listing = try options.library().why(name, page.request)
        if options.json { return try JSONOutput.print(listing) }
        pager.start()
        if listing.items.isEmpty { Console.print("Nothing of “\(name)” was overwritten by a merge.") }
        for conflict in listing.items { ConflictText.explain(conflict) }
    }
}

struct Conflicts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts", abstract: "The journal of what merges overwrote.",
        subcommands: [List.self, Restore.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the journal, newest first.",
            discussion: "  offbook conflicts list --limit 10")

        @OptionGroup var page: PageOptions
        @OptionGroup var pager: PagerOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().conflicts(page.request)
            if options.json { return try JSONOutput.print(listing) }
            pager.start()
            if listing.items.isEmpty { Console.print("No merge has overwritten anything.") }
            for conflict in listing.items { ConflictText.explain(conflict) }
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Write a lost value again, as a new edit.",
            discussion: "  offbook conflicts restore 4be01c22")

        @Argument(help: ArgumentHelp("The journal entry.", valueName: "entry")) var id: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let conflict = try options.library().restore(id)
            if options.json { return try JSONOutput.print(conflict) }
            Console.print(
                conflict.kind == .delete
                    ? "Deleted again." : "The \(conflict.field ?? "value") is “\(conflict.lostValue ?? "")” again.")
        }
    }
}

enum ConflictText {
    static func explain(_ conflict: ConflictView) {
        let when = Moment.text(conflict.lostAt)
        let at = when.isEmpty ? "" : " at \(when)"
        let place = [conflict.prompt.map { "“\($0)”" }, conflict.field].compactMap { $0 }.joined(separator: ", ")
        Console.print(Style.bold(TextWidth.printable(place)) + Style.dim("  \(conflict.id.suffix(8))"))
        let by = conflict.lostBy ?? "somebody"
        if conflict.kind == .delete {
            Console.print(
                "  \(by) deleted it\(at), not knowing of an edit by \(conflict.currentBy ?? "somebody"): the edit stands."
            )
        } else {
            Console.print("  \(by) wrote\(at): \(quoted(conflict.lostValue))")
            Console.print(
                "  \(conflict.currentBy ?? "somebody") wrote, and it stands: \(quoted(conflict.currentValue))")
        }
    }

    private static func quoted(_ value: String?) -> String {
        value.map { "“\(TextWidth.fit(TextWidth.printable($0), 200))”" } ?? "nothing"
    }
}
