import ArgumentParser
import PromptLibrary
import PromptRunning

struct Styles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "styles", abstract: "How models are told to work: system prompts with names.",
        discussion: """
            Five come with Offbook. Admins of the workspace edit them and add others, all with their history.

              offbook styles list
              offbook complete review --style react --model gpt-4o
            """,
        subcommands: [List.self, Show.self, Put.self, History.self, Rollback.self, Remove.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List styles.", discussion: "  offbook styles list")

        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().styles(builtIns: BuiltInStyle.all, page.request)
            if options.json { return try JSONOutput.print(listing) }
            var table = Table("STYLE", "SOURCE", "VERSION", "DESCRIPTION", giving: ["DESCRIPTION"])
            for style in listing.items {
                table.add(style.name, style.source.rawValue, style.version ?? "", style.description)
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print the text of a style.", discussion: "  offbook styles show react")

        @Argument(help: .style) var style: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().style(style, builtIns: BuiltInStyle.all)
            if options.json { return try JSONOutput.print(view) }
            Console.printText(Array(view.body.utf8))
        }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Give a style another text, or make one.",
            discussion: """
                Without --body it is read from a file, or from standard input.

                  offbook styles set terse --body 'Answer in one sentence.' -d 'One sentence'
                  offbook styles set react --body-file react.md -m 'names its sources'
                """)

        @Argument(help: .style) var style: String
        @Option(parsing: .unconditional, help: "The text.") var body: String?
        @Option(
            help: ArgumentHelp("A file with the text, or - for standard input.", valueName: "file"),
            completion: .file())
        var bodyFile: String?
        @Option(name: .shortAndLong, parsing: .unconditional, help: "What it is for.") var description: String?
        @Option(name: .shortAndLong, parsing: .unconditional, help: "What you changed, for the history.")
        var message = ""
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            if body != nil, bodyFile != nil { throw ValidationError("Give --body or --body-file, not both.") }
            if body == nil, bodyFile == nil, Console.isInputTerminal {
                throw ValidationError("Give the text with --body or --body-file, or on standard input.")
            }
        }

        func run() throws {
            let text = try body ?? InputFile.text(bodyFile ?? "-")
            let view = try options.library().setStyle(
                style, body: text, description: description, message: message, builtIns: BuiltInStyle.all)
            if options.json { return try JSONOutput.print(view) }
            Console.print("Saved the style “\(view.name)” as \(view.version ?? "it came").")
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history", abstract: "List what a style said before, the newest first.",
            discussion: "  offbook styles history terse")

        @Argument(help: .style) var style: String
        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().styleHistory(style, builtIns: BuiltInStyle.all, page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("Nobody has edited “\(style)”.") }
            var table = Table("VERSION", "WRITTEN", "BY", "MESSAGE", giving: ["MESSAGE"])
            for version in listing.items {
                table.add(
                    version.isCurrent ? "\(version.name) *" : version.name, Moment.text(version.createdAt),
                    version.author ?? "", version.message)
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback", abstract: "Give a style the text of an earlier version.",
            discussion: "  offbook styles rollback terse v1")

        @Argument(help: .style) var style: String
        @Argument(help: "A version of it, such as v1, or digits of its id.") var version: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().rollbackStyle(style, to: version, builtIns: BuiltInStyle.all)
            if options.json { return try JSONOutput.print(view) }
            Console.print(
                "Saved the style “\(view.name)” as \(view.version ?? "it came"), with the text of \(version).")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take a style away; one that comes with Offbook is as it came.",
            discussion: "  offbook styles remove terse")

        @Argument(help: .style) var style: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().removeStyle(style, builtIns: BuiltInStyle.all)
            try Acknowledgement.print("Removed the style “\(style)”.", options)
        }
    }
}

extension ArgumentHelp {
    fileprivate static let style = ArgumentHelp("The style.", valueName: "style")
}
