internal import PromptTemplates

/// A JSON Schema (2020-12), and those that it names.
struct Schema: Sendable {
    var json: TemplateValue
    /// By their names under `#/components/schemas`.
    var definitions: [String: TemplateValue] = [:]

    init(_ json: TemplateValue, _ definitions: [String: TemplateValue] = [:]) {
        self.json = json
        self.definitions = definitions
    }

    /// One that is written down once, and referred to.
    init(named name: String, _ definition: Schema) {
        json = ["$ref": .text("#/components/schemas/\(name)")]
        definitions = definition.definitions
        definitions[name] = definition.json
    }

    static func list(of element: Schema) -> Schema {
        Schema(["type": "array", "items": element.json], element.definitions)
    }

    static let anything = Schema([:])
    static let nothing = Schema(["type": "object", "properties": [:]])
    static func text(_ choices: [String]) -> Schema {
        Schema(["type": "string", "enum": .list(choices.map { .text($0) })])
    }
}

extension TemplateValue: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral members: (String, TemplateValue)...) {
        self = .object(Dictionary(members) { _, last in last })
    }
}

extension TemplateValue {
    subscript(_ name: String) -> TemplateValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// With members more, or others; of what is no object, itself.
    func adding(_ more: [String: TemplateValue]) -> TemplateValue {
        guard case .object(let members) = self else { return self }
        return .object(members.merging(more) { $1 })
    }
}
