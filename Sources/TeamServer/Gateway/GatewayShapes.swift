internal import PromptTemplates

/// What the gateway takes of a request in OpenAI's format, for the documentation: all other fields of that interface
/// go to the provider as they are.
struct ChatCompletionInput: Input {
    var model: String
    var messages: [ChatMessage]
    var stream: Bool?
    var temperature: Double?
    var maxTokens: Int?
    /// A prompt of the library, whose messages come before these.
    var prompt: PromptReference?
    /// True takes an answer that is kept whatever the temperature; false takes none.
    var cache: Bool?
    static let example = ChatCompletionInput(
        model: "gpt-4o", messages: [ChatMessage(role: .user, content: "Say hello.")])
}

/// The same in Anthropic's.
struct MessagesInput: Input {
    var model: String
    var maxTokens: Int
    var messages: [ChatMessage]
    var system: String?
    var stream: Bool?
    var temperature: Double?
    var prompt: PromptReference?
    var cache: Bool?
    static let example = MessagesInput(
        model: "claude-haiku-4-5", maxTokens: 1000, messages: [ChatMessage(role: .user, content: "Say hello.")])
}

/// A prompt of the library, at a version or where a label points.
struct PromptReference: Codable, Sendable {
    var name: String
    var label: String?
    var version: String?
    var variables: [String: TemplateValue]?
}

/// How OpenAI's clients expect errors.
struct OpenAIFailure: Codable, Sendable {
    struct Detail: Codable, Sendable {
        var message: String
        var type: String
        var param: String?
        var code: String?
    }

    var error: Detail
}

/// How Anthropic's do.
struct AnthropicFailure: Codable, Sendable {
    struct Detail: Codable, Sendable {
        var type: String
        var message: String
    }

    var type: String
    var error: Detail
}
