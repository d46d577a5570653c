internal import FoundationEssentials
internal import PromptLibrary
internal import PromptTemplates
internal import ReplicaStore

/// What is said of a prompt, to make one or to change one. What is left out stays as it is.
struct PromptInput: Input, Choosing {
    var name: String?
    var description: String?
    /// An empty one takes it away.
    var category: String?
    var status: String?
    var isArchived: Bool?
    var isTemplate: Bool?
    var visibility: String?
    /// An empty one takes it out of its project.
    var projectId: String?
    var tags: [String]?
    var metadata: [String: TemplateValue]?
    var body: String?
    var systemMessage: String?
    var messages: [ChatMessage]?
    /// A list of variables, or a JSON Schema of an object.
    var variables: TemplateValue?
    var templateFormat: String?
    var model: String?
    var temperature: Double?
    var maxTokens: Int?
    var topP: Double?
    var frequencyPenalty: Double?
    var presencePenalty: Double?
    var settings: [String: TemplateValue]?
    /// For the history.
    var message: String?
    /// The version that the text was written from, where it is not the head.
    var baseVersion: String?
    var initialVersion: FirstVersion?
    /// The workspace, by id or name.
    var tenantId: String?
    var organizationId: String?

    /// A text with what belongs to it, in an object of its own.
    struct FirstVersion: Codable, Sendable {
        var template: String
        var systemMessage: String?
        var variables: TemplateValue?
        var modelConfig: [String: TemplateValue]?
        var tags: [String]?
        var message: String?
    }

    static let spellings = [
        "title": "name", "content": "body", "template": "body", "model_config": "settings", "commit_message": "message",
    ]
    static var choices: [String: [String]] {
        [
            "status": ["draft", "active", "archived"], "visibility": ["workspace", "private"],
            "template_format": TemplateFormat.allCases.map(\.rawValue),
        ]
    }
    static let example: PromptInput = {
        var example = PromptInput()
        example.name = "Email Summarizer"
        example.body = "Summarize this email: {{email_content}}"
        example.description = "Summarize long emails"
        example.tags = ["mail"]
        example.model = "gpt-4o"
        example.temperature = 0.7
        return example
    }()
}

extension PromptInput {
    /// The content that comes of it.
    func applied(to content: PromptContent) throws -> PromptContent {
        var content = content
        try takeTexts(&content, body ?? initialVersion?.template, systemMessage ?? initialVersion?.systemMessage)
        if let settings { content.settings = settings }
        for (key, value) in initialVersion?.modelConfig ?? [:] { content.settings[key] = value }
        for (key, value) in named { content.settings[key] = value }
        if let variables = variables ?? initialVersion?.variables {
            content.variables = try VariableList(variables).variables
        }
        return content
    }

    private func takeTexts(_ content: inout PromptContent, _ body: String?, _ system: String?) throws {
        if let messages {
            (content.type, content.body) = (.chat, ChatText.text(messages))
        } else if let system, !system.isEmpty {
            let rest =
                try body.map { [ChatMessage(role: .user, content: $0)] }
                ?? content.messages?.filter { $0.role != .system } ?? [ChatMessage(role: .user, content: content.body)]
            content.body = ChatText.text([ChatMessage(role: .system, content: system)] + rest)
            content.type = .chat
        } else if let body {
            content.body = body
        }
    }

    /// Settings by their names.
    private var named: [String: TemplateValue] {
        let numbers: [(String, Double?)] = [
            ("temperature", temperature), ("top_p", topP), ("frequency_penalty", frequencyPenalty),
            ("presence_penalty", presencePenalty),
        ]
        var named: [String: TemplateValue] = [:]
        for case (let name, let number?) in numbers { named[name] = .number(Self.written(number)) }
        named["model"] = model.map { .text($0) }
        named["max_tokens"] = maxTokens.map { .number(String($0)) }
        return named
    }

    /// 1 and not 1.0, as people write it.
    private static func written(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? "\(number)"
    }

    /// Facts are texts; what is none is kept as JSON.
    var facts: [String: String]? {
        get throws { try metadata.map { try $0.mapValues { try $0.text ?? $0.json() } } }
    }

    var format: TemplateFormat? {
        get throws {
            guard let templateFormat else { return nil }
            guard let format = TemplateFormat(rawValue: templateFormat) else {
                let known = TemplateFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError(.invalid, "a template format is one of: \(known)", field: "template_format")
            }
            return format
        }
    }

    var isPrivate: Bool? {
        get throws {
            switch visibility {
            case nil: nil
            case "private": true
            case "workspace": false
            default: throw APIError(.invalid, "visibility is private or workspace", field: "visibility")
            }
        }
    }
}

/// A prompt's variables as somebody writes them: a list, or what a JSON Schema says of an object.
struct VariableList {
    let variables: [TemplateVariable]

    /// - Throws: `APIError.invalid`.
    init(_ value: TemplateValue) throws {
        switch value {
        case .list(let elements): variables = try elements.map(Self.variable)
        case .object(let schema): variables = try Self.described(by: schema)
        case .null: variables = []
        default: throw Self.wrong
        }
    }

    private static let wrong = APIError(
        .invalid, "variables are a list, or a JSON Schema of an object", field: "variables")

    /// By its name alone, or with what is said of it.
    private static func variable(_ value: TemplateValue) throws -> TemplateVariable {
        if let name = value.text { return TemplateVariable(name: name) }
        do {
            return try JSONDecoder().decode(TemplateVariable.self, from: Data(try value.json().utf8))
        } catch {
            throw wrong
        }
    }

    private static func described(by schema: [String: TemplateValue]) throws -> [TemplateVariable] {
        guard case .object(let properties)? = schema["properties"] ?? .object([:]) else { throw wrong }
        var required: Set<String> = []
        if case .list(let names)? = schema["required"] { required = Set(names.compactMap(\.text)) }
        return try properties.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, property in
            var variable = TemplateVariable(name: name, type: kind(property["type"]?.text))
            variable.isRequired = required.contains(name)
            variable.description = property["description"]?.text ?? ""
            variable.defaultValue = try property["default"].map { try $0.written() }
            if case .list(let choices)? = property["enum"] { variable.choices = try choices.map { try $0.written() } }
            return variable
        }
    }

    private static func kind(_ type: String?) -> TemplateVariable.Kind {
        switch type {
        case "number", "integer": .number
        case "boolean": .boolean
        case "array": .list
        case "object": .object
        default: .text
        }
    }
}
