import ArgumentParser
import PromptLibrary

struct Meta: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meta", abstract: "Facts about a prompt that have no field of their own.",
        subcommands: [List.self, Set.self, Unset.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List them.", discussion: "  offbook meta list greeting")

        @Argument(help: .prompt) var name: String
        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().metadata(name, page.request)
            if options.json { return try JSONOutput.print(listing) }
            var table = Table("KEY", "VALUE", giving: ["KEY", "VALUE"])
            for fact in listing.items { table.add(fact.key, fact.value) }
            table.print()
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set one.", discussion: "  offbook meta set greeting owner alice")

        @Argument(help: .prompt) var name: String
        @Argument(help: "What the fact is called.") var key: String
        @Argument(help: "What it says.") var value: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().setMetadata(name, key, value)
            try Acknowledgement.print("\(key) of “\(name)” is “\(value)”.", options)
        }
    }

    struct Unset: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unset", abstract: "Take one away.", discussion: "  offbook meta unset greeting owner")

        @Argument(help: .prompt) var name: String
        @Argument(help: "What the fact is called.") var key: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().unsetMetadata(name, key)
            try Acknowledgement.print("“\(name)” has no \(key) any more.", options)
        }
    }
}
