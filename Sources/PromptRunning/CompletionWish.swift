package import Changesets
package import Completions
package import PromptLibrary
internal import PromptTemplates

/// What somebody wants completed: a prompt of the library, messages of their own, or both.
package struct CompletionWish: Sendable {
    /// Nil for messages alone.
    package var prompt: RenderRequest?
    /// Said after the prompt: the input.
    package var input: String?
    /// In place of the prompt's own instructions.
    package var system: String?
    package var style: String?
    package var level: EffortLevel?
    package var model: String?
    package var temperature: Double?
    /// In tokens.
    package var maxTokens: Int?
    package var topP: Double?
    package var stop: [String] = []
    package var isStreaming = false

    package init() {}
}

/// A wish that is ready to be sent.
package struct PreparedCompletion: Sendable {
    package var request: InboundRequest
    package var routes: [CompletionCall.Route]
    /// Of the prompt that it is made of.
    package var version: RowID?
    package var promptID: RowID?
    package var versionName: String?
}

extension CompletionWish {
    /// Ready to be sent to whoever has the model.
    ///
    /// - Throws: `LibraryError`, `TemplateError`, `CompletionError`.
    package func prepared(_ library: Library, _ catalog: ModelCatalog) throws -> PreparedCompletion {
        var prepared = try composed(library, catalog)
        prepared.routes = try catalog.routes(for: prepared.request.model)
        return prepared
    }

    /// What is to be sent, without regard to whom.
    ///
    /// - Throws: `LibraryError`, `TemplateError`, `CompletionError`.
    package func composed(_ library: Library, _ catalog: ModelCatalog) throws -> PreparedCompletion {
        let rendered = try prompt.map { try library.render($0) }
        let model = try chosenModel(rendered, catalog)
        var chat = ChatRequest(model: model)
        try fill(&chat, rendered, library)
        guard !chat.messages.isEmpty else {
            throw CompletionError(.invalidRequest, "there is nothing to answer: name a prompt, or give an input")
        }
        chat.isStreaming = isStreaming
        chat.wantsUsage = isStreaming
        chat.sampling = try sampling(rendered, catalog)
        return PreparedCompletion(
            request: try InboundRequest(.openai, chat), routes: [],
            version: rendered.flatMap { RowID(hex: $0.versionID) },
            promptID: try rendered.flatMap { RowID(hex: $0.versionID) }.flatMap(library.prompt(ofVersion:)),
            versionName: rendered?.version)
    }

    /// What is asked for comes first, then the prompt's own model, then the workspace's.
    private func chosenModel(_ rendered: RenderedPrompt?, _ catalog: ModelCatalog) throws -> String {
        if let model { return model }
        if let level, let model = catalog.levels.model(level) { return model }
        if case .text(let model)? = rendered?.settings["model"], !model.isEmpty { return model }
        if let model = catalog.terms.defaultModel { return model }
        throw CompletionError(
            .invalidRequest, "no model is named: give one, or set the prompt's or the workspace's", field: "model")
    }

    private func fill(_ chat: inout ChatRequest, _ rendered: RenderedPrompt?, _ library: Library) throws {
        for message in rendered?.spoken ?? [] {
            switch message.role {
            case .system, .developer: chat.system.append(message.content)
            case .assistant: chat.messages.append(.init(.assistant, message.content))
            case .user, .tool, .function: chat.messages.append(.init(.user, message.content))
            }
        }
        if let input, !input.isEmpty { chat.messages.append(.init(.user, input)) }
        if let system { chat.system = [system] }
        if let style { chat.system = [try library.style(style, builtIns: BuiltInStyle.all).body] }
    }

    private func sampling(_ rendered: RenderedPrompt?, _ catalog: ModelCatalog) throws -> ChatSampling {
        var sampling = ChatSampling()
        let own = rendered?.settings ?? [:]
        sampling.temperature = temperature ?? own["temperature"]?.double ?? catalog.terms.defaultTemperature
        sampling.maxTokens = maxTokens ?? own["max_tokens"]?.double.flatMap { Int(exactly: $0) }
        if let most = catalog.terms.maxTokens { sampling.maxTokens = min(sampling.maxTokens ?? Int(most), Int(most)) }
        sampling.topP = topP ?? own["top_p"]?.double
        sampling.stop = stop
        return sampling
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

extension BuiltInStyle {
    /// Those that come with Offbook.
    package static let all = PromptStyle.builtIn.map {
        BuiltInStyle(name: $0.id, description: $0.name, body: $0.systemPrompt)
    }
}
