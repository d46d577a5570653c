import ArgumentParser
import PromptLibrary

struct Project: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project", abstract: "Projects: each prompt may belong to one.",
        discussion: """
            A prompt goes into a project with offbook set NAME --project PROJECT.

              offbook project create onboarding
              offbook list --project onboarding
            """,
        subcommands: [Create.self, Rename.self, Describe.self, Delete.self, List.self, Show.self, Access.self],
        defaultSubcommand: List.self)

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a project.", discussion: "  offbook project create onboarding")

        @Argument(help: "What the project is called.") var name: String
        @Option(name: .shortAndLong, parsing: .unconditional, help: "What it is for.") var description = ""
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let project = try options.library().createProject(name, description: description)
            if options.json { return try JSONOutput.print(project) }
            Console.print("Made the project “\(project.name)”.")
        }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Give a project another name.",
            discussion: "  offbook project rename onboarding welcome")

        @Argument(help: .project) var project: String
        @Argument(help: "Its new name.") var newName: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().renameProject(project, to: newName)
            try Acknowledgement.print("Renamed the project “\(project)” to “\(newName)”.", options)
        }
    }

    struct Describe: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "describe", abstract: "Say what a project is for.",
            discussion: "  offbook project describe onboarding 'The first week of a customer'")

        @Argument(help: .project) var project: String
        @Argument(help: "What it is for.") var description: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().describeProject(project, description)
            try Acknowledgement.print("Described the project “\(project)”.", options)
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a project; its prompts stay.",
            discussion: "  offbook project delete onboarding")

        @Argument(help: .project) var project: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let count = try options.library().deleteProject(project)
            try Acknowledgement.print(
                "Deleted the project “\(project)”; \(Count.of(count, "prompt")) of it in no project now.", options)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the projects.", discussion: "  offbook project list")

        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().projects(page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("There is no project.") }
            var table = Table("ID", "NAME", "PROMPTS", "DESCRIPTION", giving: ["NAME", "DESCRIPTION"])
            for project in listing.items {
                table.add(String(project.id.suffix(8)), project.name, String(project.prompts), project.description)
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Say what is known of a project.",
            discussion: "  offbook project show onboarding")

        @Argument(help: .project) var project: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().project(project)
            if options.json { return try JSONOutput.print(view) }
            Console.print(Style.bold(TextWidth.printable(view.name)) + Style.dim("  \(view.id.suffix(8))"))
            if !view.description.isEmpty { Console.print(TextWidth.printable(view.description)) }
            Console.print("\(Count.of(view.prompts, "prompt")): offbook list --project '\(view.name)'")
        }
    }
}
