package import Changesets
package import PromptTemplates
internal import ReplicaStore

/// What a render is made of.
package struct RenderRequest: Sendable {
    package var name: String
    package var version: String?
    package var label: String?
    /// Nil for the prompt's own, or a guess.
    package var format: TemplateFormat?
    package var values: [String: TemplateValue] = [:]

    package init(name: String) { self.name = name }
}

/// A prompt with its variables filled in, ready to be run.
package struct RenderedPrompt: Encodable, Sendable, Equatable {
    /// A chat's messages as one text, each below its role.
    package var text: String
    /// Nil for a text.
    package var messages: [ChatMessage]?
    package var settings: [String: TemplateValue]
    /// The version's name.
    package var version: String
    package var versionID: String

    enum CodingKeys: String, CodingKey {
        case text, messages, settings, version
        case versionID = "version_id"
    }
}

/// A variable that a prompt uses or declares.
package struct VariableView: Encodable, Sendable, Equatable {
    package var name: String
    package var type: TemplateVariable.Kind
    package var isRequired: Bool
    package var defaultValue: String?
    package var choices: [String]
    package var description: String

    enum CodingKeys: String, CodingKey {
        case name, type, description
        case isRequired = "required"
        case defaultValue = "default"
        case choices = "enum"
    }
}

extension Library {
    /// The prompt's text with its variables filled in. Nothing is executed, and nothing escaped.
    ///
    /// - Throws: `TemplateError`, which names every missing and every unknown variable.
    package func render(_ request: RenderRequest) throws -> RenderedPrompt {
        try replica.read { reading in
            let source = try reading.templateSource(request)
            let texts = try Template.rendered(
                source.templates(), request.values, declared: source.content.variables, include: reading.include)
            let messages = source.messages.map { messages in
                zip(messages, texts).map { ChatMessage(role: $0.role, content: $1) }
            }
            return RenderedPrompt(
                text: messages.map(ChatText.text) ?? texts.joined(), messages: messages,
                settings: source.content.settings, version: source.graph.name(of: source.version),
                versionID: source.version.id.hex)
        }
    }

    /// The prompt that a version is of; nil where it is not here, or not for whoever reads.
    package func prompt(ofVersion id: RowID) throws -> RowID? {
        try replica.read { reading in try reading.version(id).flatMap { try reading.prompt($0.prompt)?.id } }
    }

    /// Writes down that a version was rendered, for `usage`.
    package func recordRender(_ rendered: RenderedPrompt) throws {
        try replica.write { transaction in
            guard let version = try RowID(hex: rendered.versionID).flatMap({ try transaction.reading.version($0) })
            else { return }
            try transaction.record(.render, of: version)
        }
    }

    /// The variables of a prompt: those in its text, then those only declared.
    package func variables(_ request: RenderRequest) throws -> [VariableView] {
        try replica.read { reading in
            let source = try reading.templateSource(request)
            let declared = source.content.variables
            let used = try source.templates().flatMap(\.variables)
            let names = Set(declared.map(\.name))
            var seen: Set<String> = []
            let fromText = used.filter { seen.insert($0.name).inserted }.map { variable in
                VariableView(variable, declared.first { $0.name == variable.name })
            }
            let unused = names.subtracting(used.map(\.name))
            return fromText + declared.filter { unused.contains($0.name) }.map { VariableView($0) }
        }
    }
}

extension VariableView {
    fileprivate init(_ used: Placeholder, _ declared: TemplateVariable?) {
        let fallback = declared?.defaultValue ?? used.defaultValue
        self.init(
            name: used.name, type: declared?.type ?? .text,
            isRequired: (declared?.isRequired ?? true) && fallback == nil, defaultValue: fallback,
            choices: declared?.choices ?? [], description: declared?.description ?? "")
    }

    /// One that the text does not use: nobody has to give it.
    fileprivate init(_ declared: TemplateVariable) {
        self.init(
            name: declared.name, type: declared.type, isRequired: false, defaultValue: declared.defaultValue,
            choices: declared.choices, description: declared.description)
    }
}

/// A version about to be rendered.
private struct TemplateSource {
    var prompt: PromptRecord
    var graph: BranchGraph
    var version: VersionRecord
    var content: PromptContent
    var messages: [ChatMessage]?
    var format: TemplateFormat

    /// One of a text, one a message of a chat: roles are read before anything is filled in, so that no
    /// value can make a message.
    func templates() throws -> [Template] {
        try (messages?.map(\.content) ?? [content.body]).map { try Template($0, format: format) }
    }
}

extension ReadTransaction {
    fileprivate func templateSource(_ request: RenderRequest) throws -> TemplateSource {
        let prompt = try resolvePrompt(request.name)
        let graph = try BranchGraph(of: prompt.id, self)
        let wanted =
            try request.version.map(graph.version)
            ?? request.label.map { try version(labelled: $0, prompt, graph) } ?? preferred(prompt, graph)
        guard let version = wanted ?? graph.head(), let stored = try content(of: version.id) else {
            throw LibraryError(.notFound, "the prompt “\(prompt.name)” has no text yet; write one with: offbook edit")
        }
        let content = try PromptContent(stored)
        let own = request.format ?? TemplateFormat(rawValue: prompt.templateFormat)
        return TemplateSource(
            prompt: prompt, graph: graph, version: version, content: content, messages: try content.messages,
            format: own ?? TemplateFormat.guess(content.body))
    }

    /// The version that the preferred label points at, where the prompt has that label.
    private func preferred(_ prompt: PromptRecord, _ graph: BranchGraph) throws -> VersionRecord? {
        try preference(.renderLabel).flatMap { try labels(of: prompt.id)[$0] }.flatMap { graph[$0] }
    }

    fileprivate func include(_ name: String, _ label: String?) throws -> IncludedPrompt? {
        var request = RenderRequest(name: name)
        request.label = label
        do {
            let source = try templateSource(request)
            guard source.messages == nil else {
                throw LibraryError(.invalid, "“\(name)” is a chat, and only a text can be included")
            }
            return IncludedPrompt(source.content.body, format: source.format, declared: source.content.variables)
        } catch let error as LibraryError where error.code == .notFound {
            return nil
        }
    }
}
