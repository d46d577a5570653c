import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Orphans: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orphans", abstract: "What is set aside: refused by the server, or from a clock far ahead.",
        discussion: """
            Nothing of it is in the library until you accept it; then it counts as written by you, now.

              offbook orphans
              offbook orphans export orphans.json
              offbook orphans accept --all
            """,
        subcommands: [List.self, Export.self, Accept.self, Drop.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List what is set aside, the oldest first.",
            discussion: "  offbook orphans list")

        @OptionGroup var page: PageOptions
        @OptionGroup var pager: PagerOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().orphans(page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("Nothing is set aside.") }
            pager.start()
            var table = Table(
                "N", "KIND", "WHAT", "PROMPT", "SINCE", "REASON", giving: ["PROMPT", "REASON"], dropping: ["SINCE"])
            for orphan in listing.items {
                table.add(
                    String(orphan.number), orphan.kind.rawValue,
                    orphan.isDeleted ? "\(orphan.table), deleted" : orphan.table, orphan.prompt ?? "",
                    Moment.text(orphan.setAsideAt), orphan.reason)
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write all that is set aside into a file, as JSON.",
            discussion: """
                Texts are in it whole. Nothing is taken out.

                  offbook orphans export orphans.json
                """)

        @Argument(help: "The file.", completion: .file()) var file: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let orphans = try options.library().orphans(PageRequest(limit: .max)).items
            let output = try OutputFile(file)
            try output.write(JSONOutput.bytes(orphans))
            try output.finish()
            try Acknowledgement.print("Wrote \(Count.of(orphans.count, "row")) to \(file).", options)
        }
    }

    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept", abstract: "Take some of it into the library, as edits of your own.",
            discussion: """
                A server that refused it is asked again with the next sync.

                  offbook orphans accept 3 4
                  offbook orphans accept --all
                """)

        @OptionGroup var choice: ChoiceOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let count = try options.library().acceptOrphans(choice.chosen)
            try Acknowledgement.print("Accepted \(Count.of(count, "row")).", options)
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Forget some of it, for good.",
            discussion: "  offbook orphans drop 3")

        @OptionGroup var choice: ChoiceOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let count = try options.library().dropOrphans(choice.chosen)
            try Acknowledgement.print("Dropped \(Count.of(count, "row")).", options)
        }
    }

    /// Numbers, or all there are.
    struct ChoiceOptions: ParsableArguments {
        @Argument(help: ArgumentHelp("The numbers that the list shows.", valueName: "n")) var numbers: [Int64] = []
        @Flag(help: "All there are.") var all = false

        func validate() throws {
            guard all != !numbers.isEmpty else { throw ValidationError("Give numbers of the list, or --all.") }
        }

        var chosen: [Int64]? { all ? nil : numbers }
    }
}
