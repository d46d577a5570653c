import ArgumentParser
import PromptLibrary

struct Group: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Keep prompts together, in an order of your own.",
        subcommands: [
            Create.self, Rename.self, Delete.self, Add.self, Remove.self, Move.self, List.self, Show.self,
        ])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a group.",
            discussion: "  offbook group create onboarding --description 'For the first week'")

        @Argument(help: "What the group is called.") var name: String
        @Option(name: .shortAndLong, parsing: .unconditional, help: "What it is for.") var description = ""
        @Flag(help: "Only you see it, and with whom it is shared.") var `private` = false
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let group = try options.library().createGroup(name, description: description, isPrivate: `private`)
            if options.json { return try JSONOutput.print(group) }
            Console.print("Made the group “\(group.name)”.")
        }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Give a group another name.",
            discussion: "  offbook group rename onboarding 'first steps'")

        @Argument(help: .group) var group: String
        @Argument(help: "Its new name.") var newName: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().renameGroup(group, to: newName)
            try Acknowledgement.print("Renamed the group “\(group)” to “\(newName)”.", options)
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a group; its prompts stay.",
            discussion: "  offbook group delete onboarding")

        @Argument(help: .group) var group: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().deleteGroup(group)
            try Acknowledgement.print("Deleted the group “\(group)”.", options)
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Put a prompt into a group.",
            discussion: "  offbook group add onboarding greeting --first")

        @Argument(help: .group) var group: String
        @Argument(help: .prompt) var prompt: String
        @OptionGroup var place: PlaceOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().place(prompt, in: group, place.place ?? .last)
            try Acknowledgement.print("“\(prompt)” is in “\(group)”.", options)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take a prompt out of a group.",
            discussion: "  offbook group remove onboarding greeting")

        @Argument(help: .group) var group: String
        @Argument(help: .prompt) var prompt: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().remove(prompt, fromGroup: group)
            try Acknowledgement.print("“\(prompt)” is out of “\(group)”.", options)
        }
    }

    struct Move: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move", abstract: "Move a prompt within a group.",
            discussion: """
                  offbook group move onboarding greeting --before farewell
                  offbook group move onboarding greeting --position 1
                """)

        @Argument(help: .group) var group: String
        @Argument(help: .prompt) var prompt: String
        @OptionGroup var place: PlaceOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            guard let place = place.place else {
                throw ValidationError("Say where to: --first, --last, --before, --after or --position.")
            }
            try options.library().place(prompt, in: group, place, mustBeIn: true)
            try Acknowledgement.print("Moved “\(prompt)” in “\(group)”.", options)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the groups.", discussion: "  offbook group list")

        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().groups(page.request)
            if options.json { return try JSONOutput.print(listing) }
            var table = Table("ID", "NAME", "PROMPTS", "DESCRIPTION", giving: ["NAME", "DESCRIPTION"])
            for group in listing.items {
                table.add(String(group.id.suffix(8)), group.name, String(group.prompts), group.description)
            }
            table.print()
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "List a group's prompts in their order.",
            discussion: "  offbook group show onboarding")

        @Argument(help: .group) var group: String
        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().groupEntries(group, page.request)
            if options.json { return try JSONOutput.print(listing) }
            var table = Table("", "NAME", "ID", giving: ["NAME"])
            for entry in listing.items {
                table.add(String(entry.position), entry.prompt, String(entry.promptID.suffix(8)))
            }
            table.print()
        }
    }
}

struct PlaceOptions: ParsableArguments {
    @Flag(help: "To the top.") var first = false
    @Flag(help: "To the end.") var last = false
    @Option(help: ArgumentHelp("Above this prompt.", valueName: "prompt")) var before: String?
    @Option(help: ArgumentHelp("Below this prompt.", valueName: "prompt")) var after: String?
    @Option(help: ArgumentHelp("To this place, counted from 1.", valueName: "n")) var position: Int?

    private var given: [GroupPlace] {
        [
            first ? .first : nil, last ? .last : nil, before.map { .before($0) }, after.map { .after($0) },
            position.map { .position($0) },
        ].compactMap { $0 }
    }

    func validate() throws {
        if given.count > 1 { throw ValidationError("Give one place, not several.") }
    }

    var place: GroupPlace? { given.first }
}
