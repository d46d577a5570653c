import ArgumentParser
import PromptLibrary
import PromptTemplates

struct SetParticulars: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change what is known of a prompt, beside its text and its name.",
        discussion: """
            An empty category or project takes it away.

              offbook set greeting --description 'Says hello' --category mail
              offbook set greeting --project onboarding --template
            """)

    @Argument(help: .prompt) var name: String
    @Option(name: .shortAndLong, parsing: .unconditional, help: "What it is for.") var description: String?
    @Option(help: "Its category.") var category: String?
    @Option(help: "The project it belongs to; made if there is none.") var project: String?
    @Flag(inversion: .prefixedNo, help: "Whether it is a template for others.") var template: Bool?
    @Flag(inversion: .prefixedNo, help: "Whether only who made it sees it.") var `private`: Bool?
    @Option(help: ArgumentHelp("mustache, fstring, dollar or none; auto for a guess.", valueName: "format"))
    var format: String?
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        guard try !change().isEmpty else {
            throw ValidationError(
                "Say what to change: --description, --category, --project, --template, --private or --format.")
        }
    }

    func run() throws {
        let view = try options.library().change(name, change())
        if options.json { return try JSONOutput.print(view) }
        Console.print("Changed “\(view.name)”.")
    }

    private func change() throws -> PromptChange {
        var change = PromptChange()
        change.description = description
        change.category = category
        change.project = project
        change.isTemplate = template
        change.isPrivate = `private`
        guard let format else { return change }
        let known = TemplateFormat(rawValue: format)
        guard known != nil || format == "auto" else {
            throw ValidationError("--format takes mustache, fstring, dollar, none or auto, not “\(format)”.")
        }
        change.templateFormat = .some(known)
        return change
    }
}
