internal import PromptTemplates

/// The front matter of a prompty file for a document.
struct PromptyWriter {
    private let document: PromptDocument

    init(_ document: PromptDocument) { self.document = document }

    /// In prompty's own terms, with what these have no place for under `offbook`.
    var fields: [String: TemplateValue] {
        var fields = named
        let kept = keptFields
        fields["model"] = .object(Self.merged(model, kept["model"]))
        if !document.variables.isEmpty { fields["inputs"] = inputs(kept["inputs"]) }
        if document.templateFormat == .mustache { fields["template"] = Self.mustache }
        for (key, value) in kept where fields[key] == nil { fields[key] = value }
        let own = PromptyExtras.fields(of: document, without: Set(kept.keys))
        if !own.isEmpty { fields["offbook"] = .object(own) }
        return fields
    }

    /// With the whole document under `offbook`, where it overrules the rest.
    var plainFields: [String: TemplateValue] {
        var fields = named
        fields["model"] = .object(["api": .text(document.isChat ? "chat" : "completion")])
        let own = PromptyExtras.allFields(of: document)
        if !own.isEmpty { fields["offbook"] = .object(own) }
        return fields
    }

    private static let mustache = TemplateValue.object(["format": "mustache", "parser": "prompty"])

    private var named: [String: TemplateValue] {
        let all = DocumentWriter(style: .frontMatter).fields(of: document)
        return all.filter { ["name", "description", "tags"].contains($0.key) }
    }

    /// The metadata that a prompty file has under names of its own.
    private var keptFields: [String: TemplateValue] {
        var fields: [String: TemplateValue] = [:]
        for (key, text) in document.metadata ?? [:] where key.hasPrefix(PromptyFormat.prefix) {
            fields[String(key.dropFirst(PromptyFormat.prefix.count))] = try? TemplateValue(json: text.utf8)
        }
        return fields
    }

    /// What was there before stands in the place of what we would write.
    private static func merged(
        _ members: [String: TemplateValue], _ kept: TemplateValue?
    ) -> [String: TemplateValue] {
        guard case .object(let others)? = kept else { return members }
        return members.merging(others) { _, other in other }
    }
}

extension PromptyWriter {
    /// Settings that only version 2 has ask for its names.
    private var isVersion2: Bool { document.settings["connection"] != nil || document.settings["provider"] != nil }

    private var model: [String: TemplateValue] {
        var settings = document.settings
        var model: [String: TemplateValue] = [:]
        model[isVersion2 ? "apiType" : "api"] = .text(document.isChat ? "chat" : "completion")
        model["id"] = settings.removeValue(forKey: "model")
        for key in PromptyModel.kept { model[key] = settings.removeValue(forKey: key) }
        if !settings.isEmpty { model[isVersion2 ? "options" : "parameters"] = .object(settings) }
        return model
    }

    /// By name, as version 1 has them, unless their order would be lost.
    private func inputs(_ kept: TemplateValue?) -> TemplateValue {
        var others: [String: TemplateValue] = [:]
        if case .object(let members)? = kept { others = members }
        let inputs = document.variables.map { variable in
            (variable.name, renamed(Self.merged(Self.input(variable), others[variable.name])))
        }
        let isInOrder = zip(inputs, inputs.dropFirst()).allSatisfy { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        guard !isInOrder else { return .object(Dictionary(inputs.map { ($0, .object($1)) }) { first, _ in first }) }
        return .list(inputs.map { .object($1.merging(["name": .text($0)]) { own, _ in own }) })
    }

    private func renamed(_ input: [String: TemplateValue]) -> [String: TemplateValue] {
        guard isVersion2 else { return input }
        var input = input
        for (key, newer) in [("type", "kind"), ("enum", "enumValues")] { input[newer] = input.removeValue(forKey: key) }
        return input
    }

    private static func input(_ variable: TemplateVariable) -> [String: TemplateValue] {
        var fields: [String: TemplateValue] = ["type": .text(type(variable.type))]
        fields["default"] = variable.defaultValue.map { typed($0, as: variable.type) }
        if !variable.isRequired { fields["required"] = .boolean(false) }
        if !variable.choices.isEmpty { fields["enum"] = .list(variable.choices.map { typed($0, as: variable.type) }) }
        if !variable.description.isEmpty { fields["description"] = .text(variable.description) }
        return fields
    }

    static func type(_ kind: TemplateVariable.Kind) -> String {
        switch kind {
        case .text: "string"
        case .list: "array"
        case .number, .boolean, .object: kind.rawValue
        }
    }

    /// The value that the text is written for; the text itself where it is none of the type, or written another way.
    private static func typed(_ text: String, as kind: TemplateVariable.Kind) -> TemplateValue {
        guard kind != .text, let value = try? TemplateValue(json: text.utf8), VariableReader.kind(of: value) == kind,
            (try? value.written())?.hasSameBytes(as: text) == true
        else { return .text(text) }
        return value
    }
}
