import ArgumentParser
import PromptFiles
import PromptLibrary
import PromptTemplates
import ReplicaStore

/// What a version is made of: its text, and what stands beside it.
struct ContentOptions: ParsableArguments {
    // Any text can be a prompt’s, one that begins with a dash too.
    @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("The text itself.", valueName: "text"))
    var body: String?

    @Option(
        name: .long, help: ArgumentHelp("A file with the text, or - for standard input.", valueName: "file"),
        completion: .file())
    var bodyFile: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A setting: a number, true, false, other JSON, or a text. Repeatable.", valueName: "key=value"))
    var set: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A setting to take away. Repeatable.", valueName: "setting"))
    var unset: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("A YAML or JSON list of what the variables are, or - .", valueName: "file"),
        completion: .file())
    var variables: String?

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "The text is a chat: each message below a line with its role, such as “user:”.")
    var chat: Bool?

    func validate() throws {
        if body != nil, bodyFile != nil { throw ValidationError("Give --body or --body-file, not both.") }
        if let wrong = set.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
            throw ValidationError("--set takes key=value, not “\(wrong)”.")
        }
    }

    var hasBody: Bool { body != nil || bodyFile != nil }

    var isGiven: Bool { hasBody || !set.isEmpty || !unset.isEmpty || variables != nil || chat != nil }

    func applied(to content: PromptContent) throws -> PromptContent {
        var content = content
        content.body = try body ?? bodyFile.map { try InputFile.text($0) } ?? content.body
        if let chat { content.type = chat ? .chat : .text }
        for setting in set {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            content.settings[String(parts[0])] = Self.value(String(parts[1]))
        }
        for key in unset where content.settings.removeValue(forKey: key) == nil {
            throw CommandError(.notFound, "there is no setting “\(key)”")
        }
        if let variables { content.variables = try VariablesFile.declared(variables) }
        return content
    }

    /// What reads as JSON is that, and anything else is a text.
    private static func value(_ text: String) -> TemplateValue {
        (try? TemplateValue(json: text.utf8)) ?? .text(text)
    }
}
