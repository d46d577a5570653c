internal import Changesets
package import Completions
package import PromptLibrary
internal import PromptTemplates

/// A prompt of the library as the beginning of a chat, with what it and its workspace say of how it is answered.
///
/// The command line and the gateway both make their requests of it, so that what one was answered the other finds
/// among the answers that are kept.
package struct PromptOpening: Sendable {
    package var system: [String] = []
    package var messages: [Completions.ChatMessage] = []
    /// Nil where neither says one.
    package var model: String?
    package var sampling = ChatSampling()

    /// - Parameter rendered: nil for messages of somebody's own.
    package init(_ rendered: RenderedPrompt?, _ terms: WorkspaceTerms) {
        for message in rendered?.spoken ?? [] { add(message) }
        let own = rendered?.settings ?? [:]
        if case .text(let model)? = own["model"], !model.isEmpty { self.model = model }
        model = model ?? terms.defaultModel
        sampling.temperature = own["temperature"]?.double ?? terms.defaultTemperature
        sampling.maxTokens = own["max_tokens"]?.double.flatMap { Int(exactly: $0) }
        sampling.topP = own["top_p"]?.double
    }

    private mutating func add(_ message: PromptTemplates.ChatMessage) {
        switch message.role {
        case .system, .developer: system.append(message.content)
        case .assistant: messages.append(.init(.assistant, message.content))
        case .user, .tool, .function: messages.append(.init(.user, message.content))
        }
    }
}

extension RenderedPrompt {
    /// A text is what the user says.
    fileprivate var spoken: [PromptTemplates.ChatMessage] {
        messages ?? [PromptTemplates.ChatMessage(role: .user, content: text)]
    }
}

extension TemplateValue {
    fileprivate var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
}
