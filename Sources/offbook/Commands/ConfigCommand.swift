import ArgumentParser
import PromptLibrary

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "What you prefer, and what the workspace does unless you say otherwise.",
        discussion: """
            Preferences are synced: yours to all your machines, the workspace's to everybody in it.

              offbook config set list.sort -- -updated
              offbook config set new.model gpt-4o --shared
            """,
        subcommands: [List.self, Get.self, Set.self, Unset.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List all there can be, with what is set.",
            discussion: "  offbook config list")

        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().preferences(page.request)
            if options.json { return try JSONOutput.print(listing) }
            var table = Table("KEY", "VALUE", "SET FOR", "MEANING", giving: ["VALUE", "MEANING"])
            for preference in listing.items {
                let source = preference.source.map { $0 == .user ? "you" : "all" } ?? ""
                table.add(preference.key, preference.value ?? "", source, preference.help)
            }
            table.print()
        }
    }

    struct Get: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get", abstract: "Print what is set; nothing, and exit code 3, where nothing is.",
            discussion: "  offbook config get list.sort")

        @Argument(help: "The preference.", completion: .list(Preference.allCases.map(\.rawValue))) var key: String
        @OptionGroup var options: LibraryOptions

        private struct Report: Encodable {
            var key: String
            var value: String?
        }

        func run() throws {
            let preference = try Library.preference(named: key)
            let value = try options.library().preference(preference)
            if options.json { return try JSONOutput.print(Report(key: key, value: value)) }
            guard let value else { throw CommandError(.notFound, "\(key) is not set") }
            Console.print(value)
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set one.",
            discussion: "  offbook config set list.columns name,tags,updated")

        @Argument(help: "The preference.", completion: .list(Preference.allCases.map(\.rawValue))) var key: String
        @Argument(help: "Its value.") var value: String
        @Flag(help: "For everybody in the workspace who has not set it.") var shared = false
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().setPreference(key, value, isShared: shared)
            try Acknowledgement.print("\(key) is \(value)\(shared ? " for the workspace" : "").", options)
        }
    }

    struct Unset: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unset", abstract: "Take one back.", discussion: "  offbook config unset list.columns")

        @Argument(help: "The preference.", completion: .list(Preference.allCases.map(\.rawValue))) var key: String
        @Flag(help: "The workspace's.") var shared = false
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().unsetPreference(key, isShared: shared)
            try Acknowledgement.print("\(key) is not set any more.", options)
        }
    }
}
