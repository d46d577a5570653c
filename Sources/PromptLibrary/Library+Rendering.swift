internal import Changesets
internal import FoundationEssentials
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

/// A variable that a prompt uses or declares.
package struct VariableView: Encodable, Sendable, Equatable {
    package var name: String
    package var isRequired: Bool
    package var defaultValue: String?
    package var description: String

    enum CodingKeys: String, CodingKey {
        case name, description
        case isRequired = "required"
        case defaultValue = "default"
    }
}

extension Library {
    /// The prompt's text with its variables filled in. Nothing is executed, and nothing escaped.
    ///
    /// - Throws: `TemplateError`, which names every missing and every unknown variable.
    package func render(_ request: RenderRequest) throws -> String {
        try replica.read { reading in
            let source = try reading.templateSource(request)
            let template = try Template(source.text, format: source.format)
            return try template.rendered(request.values, declared: source.declared) { name, label in
                var include = RenderRequest(name: name)
                include.label = label
                do {
                    return try reading.templateSource(include)
                } catch let error as LibraryError where error.code == .notFound {
                    return nil
                }
            }
        }
    }

    /// The variables of a prompt: those in its text, then those only declared.
    package func variables(_ request: RenderRequest) throws -> [VariableView] {
        try replica.read { reading in
            let source = try reading.templateSource(request)
            let used = try Template(source.text, format: source.format).variables
            let declared = Dictionary(source.declared.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            let fromText = used.map { variable in
                let declaration = declared[variable.name]
                let fallback = declaration?.defaultValue ?? variable.defaultValue
                return VariableView(
                    name: variable.name, isRequired: (declaration?.isRequired ?? true) && fallback == nil,
                    defaultValue: fallback, description: declaration?.description ?? "")
            }
            let names = Set(used.map(\.name))
            return fromText
                + source.declared.filter { !names.contains($0.name) }.map {
                    VariableView(
                        name: $0.name, isRequired: false, defaultValue: $0.defaultValue, description: $0.description)
                }
        }
    }
}

extension ReadTransaction {
    fileprivate func templateSource(_ request: RenderRequest) throws -> IncludedPrompt {
        let prompt = try resolvePrompt(request.name)
        let graph = try BranchGraph(of: prompt.id, self)
        let wanted =
            try request.version.map(graph.version)
            ?? request.label.map { try version(labelled: $0, prompt, graph) }
        guard let version = wanted ?? graph.head(), let content = try content(of: version.id) else {
            throw LibraryError(.notFound, "the prompt “\(prompt.name)” has no text yet; write one with: offbook edit")
        }
        let text = String(decoding: content.body, as: UTF8.self)
        let format = request.format ?? TemplateFormat(rawValue: prompt.templateFormat) ?? TemplateFormat.guess(text)
        let declared = try JSONDecoder().decode([TemplateVariable].self, from: Data(content.variables.utf8))
        return IncludedPrompt(text, format: format, declared: declared)
    }
}
