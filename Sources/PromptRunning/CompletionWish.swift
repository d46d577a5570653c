package import Changesets
package import Completions
package import PromptLibrary

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

/// A wish as a request.
package struct PreparedCompletion: Sendable {
    package var request: InboundRequest
    /// Of the prompt that it is made of.
    package var version: RowID?
    package var promptID: RowID?
    /// That of the prompt, where a policy of a project may hold.
    package var project: RowID?
    package var versionName: String?
}

extension CompletionWish {
    /// What is to be sent, without regard to whom.
    ///
    /// - Throws: `LibraryError`, `TemplateError`, `CompletionError`.
    package func composed(_ library: Library, _ catalog: ModelCatalog) throws -> PreparedCompletion {
        let rendered = try prompt.map { try library.render($0) }
        let opening = PromptOpening(rendered, catalog.terms)
        var chat = ChatRequest(model: try chosenModel(opening, catalog))
        try fill(&chat, opening, library)
        guard !chat.messages.isEmpty else {
            throw CompletionError(.invalidRequest, "there is nothing to answer: name a prompt, or give an input")
        }
        let version = rendered.flatMap { RowID(hex: $0.versionID) }
        let prompt = try version.flatMap(library.prompt(ofVersion:))
        return PreparedCompletion(
            request: try InboundRequest(.openai, chat).limited(by: catalog.terms), version: version, promptID: prompt,
            project: try catalog.project(of: prompt, in: library), versionName: rendered?.version)
    }

    /// What is asked for comes first, then the prompt's own model, then the workspace's.
    private func chosenModel(_ opening: PromptOpening, _ catalog: ModelCatalog) throws -> String {
        if let model { return model }
        if let level, let model = catalog.levels.model(level) { return model }
        if let model = opening.model { return model }
        throw CompletionError(
            .invalidRequest, "no model is named: give one, or set the prompt's or the workspace's", field: "model")
    }

    private func fill(_ chat: inout ChatRequest, _ opening: PromptOpening, _ library: Library) throws {
        (chat.system, chat.messages, chat.sampling) = (opening.system, opening.messages, opening.sampling)
        if let input, !input.isEmpty { chat.messages.append(.init(.user, input)) }
        if let system { chat.system = [system] }
        if let style { chat.system = [try library.style(style, builtIns: BuiltInStyle.all).body] }
        chat.sampling.temperature = temperature ?? chat.sampling.temperature
        chat.sampling.maxTokens = maxTokens ?? chat.sampling.maxTokens
        chat.sampling.topP = topP ?? chat.sampling.topP
        chat.sampling.stop = stop
        (chat.isStreaming, chat.wantsUsage) = (isStreaming, isStreaming)
    }
}

extension BuiltInStyle {
    /// Those that come with Offbook.
    package static let all = PromptStyle.builtIn.map {
        BuiltInStyle(name: $0.id, description: $0.name, body: $0.systemPrompt)
    }
}
