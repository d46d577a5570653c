import ArgumentParser
import PromptLibrary
import PromptTemplates

struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print a prompt with its variables filled in.",
        discussion: """
            Templates are mustache ({{name}}), fstring ({name}), dollar (${name}, ${name:default}) or none; a
            prompt that does not say is one of those by what its text holds. Nothing is executed or escaped.

              offbook render greeting --var name=Ada
              offbook render greeting --vars-file values.json --label production
              offbook render greeting --list-vars
            """)

    @Argument(help: .prompt) var name: String
    @Option(
        name: .customLong("var"), parsing: .singleValue,
        help: ArgumentHelp("A variable; may be given several times.", valueName: "name=value"))
    var variables: [String] = []
    @Option(
        help: ArgumentHelp("A JSON or YAML file of variables, or - for standard input.", valueName: "file"),
        completion: .file())
    var varsFile: String?
    @Option(help: "A version: v7, v7~alice-laptop, or digits of its id.") var version: String?
    @Option(help: "The version that this label points at.") var label: String?
    @Option(help: "mustache, fstring, dollar or none.") var format: TemplateFormat?
    @Flag(help: "List the variables instead.") var listVars = false
    @Flag(inversion: .prefixedNo, help: "Count it in offbook usage.") var record = true
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if version != nil, label != nil { throw ValidationError("Give --version or --label, not both.") }
        if let wrong = variables.first(where: { !$0.contains("=") }) {
            throw ValidationError("--var takes name=value, and “\(wrong)” has no “=”.")
        }
    }

    func run() throws {
        var request = RenderRequest(name: name)
        request.version = version
        request.label = label
        request.format = format
        let library = try options.library()
        if listVars { return try list(library.variables(request)) }
        request.values = try values()
        let rendered = try library.render(request)
        try print(rendered)
        if record { count(rendered, library) }
    }

    private func print(_ rendered: RenderedPrompt) throws {
        if options.json { return try JSONOutput.print(rendered) }
        Console.printText(Array(rendered.text.utf8))
    }

    /// A text that is printed is no failure: who may read a library but not write it renders too.
    private func count(_ rendered: RenderedPrompt, _ library: Library) {
        do {
            try library.recordRender(rendered)
        } catch {
            Console.error("offbook: rendered, but not counted in usage: \(error)")
        }
    }

    /// What is given on the command line stands before the file.
    private func values() throws -> [String: TemplateValue] {
        var values: [String: TemplateValue] = [:]
        if let varsFile { values = try VariablesFile.values(varsFile) }
        for variable in variables {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values[String(parts[0])] = .text(String(parts[1]))
        }
        return values
    }

    private func list(_ variables: [VariableView]) throws {
        if options.json { return try JSONOutput.print(Listing(items: variables)) }
        var table = Table(
            "NAME", "TYPE", "REQUIRED", "DEFAULT", "ONE OF", "DESCRIPTION",
            giving: ["DEFAULT", "ONE OF", "DESCRIPTION"], dropping: ["ONE OF", "DESCRIPTION"])
        for variable in variables {
            table.add(
                variable.name, variable.type.rawValue, variable.isRequired ? "yes" : "no", variable.defaultValue ?? "",
                variable.choices.joined(separator: " "), variable.description)
        }
        table.print()
    }
}

extension TemplateFormat: ExpressibleByArgument {}
