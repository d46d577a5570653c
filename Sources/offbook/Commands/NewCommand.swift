import ArgumentParser
import PromptLibrary
import PromptTemplates
import ReplicaStore

struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Add a prompt.",
        discussion: """
            Where there is no library yet, a personal one is made.

              offbook new greeting --body 'Say hello to {{name}}.' --tag polite
              offbook new review --body-file review.md --category code
              offbook new tutor --chat --body-file tutor.md --set temperature=0.2
            """)

    @Argument(help: "What the prompt is called.") var name: String
    @OptionGroup var content: ContentOptions
    @Option(name: .shortAndLong, parsing: .unconditional, help: "What it is for.") var description = ""
    @Option(help: "Its category.") var category: String?
    @Option(name: .customLong("tag"), parsing: .singleValue, help: "A tag; may be given several times.")
    var tags: [String] = []
    @Option(help: "The project it belongs to; made if there is none.") var project: String?
    @Flag(help: "It is a template for others.") var template = false
    @Flag(help: "Only you see it.") var `private` = false
    @Option(help: "mustache, fstring, dollar or none; a guess if left out.") var format: TemplateFormat?
    @Option(name: .shortAndLong, parsing: .unconditional, help: "A message for its history.") var message = ""
    @OptionGroup var options: LibraryOptions

    func run() throws {
        guard content.hasBody else {
            throw ValidationError("Give the prompt's text with --body or --body-file (- for standard input).")
        }
        var prompt = NewPrompt(name: name, content: try content.applied(to: PromptContent(body: "")))
        prompt.description = description
        prompt.category = category
        prompt.tags = tags
        prompt.project = project
        prompt.isTemplate = template
        prompt.isPrivate = `private`
        prompt.templateFormat = format
        prompt.message = message
        let (library, isNew) = try options.workspaces().openOrCreatePersonal(options.selector)
        if isNew { Console.error("Made a personal workspace in \(options.data.directory.path).") }
        let view = try library.create(prompt)
        if options.json { return try JSONOutput.print(view) }
        Console.print("Added “\(view.name)” (\(view.id.suffix(8))).")
    }
}
