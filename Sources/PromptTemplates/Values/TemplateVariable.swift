/// What the author of a prompt says about one of its variables.
///
/// In JSON its fields are `name`, `type`, `default`, `required`, `enum` and `description`; all but the name may be left
/// out.
package struct TemplateVariable: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case text, number, boolean, list, object
    }

    package var name: String
    package var type: Kind
    /// Stands in where no value is given; read as the type says, lists and objects from JSON.
    package var defaultValue: String?
    /// Whether a value must be given where there is no default. What need not be given, and is not, comes to nothing.
    package var isRequired: Bool
    /// The values it may have, as they are written; any where there are none. Each element of a list is one.
    package var choices: [String]
    package var description: String

    package init(
        name: String, type: Kind = .text, defaultValue: String? = nil, isRequired: Bool = true, choices: [String] = [],
        description: String = ""
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.choices = choices
        self.description = description
    }
}

extension TemplateVariable {
    /// A value as the type has it, checked against the choices.
    ///
    /// On a command line everything is text: `5`, `true` and `[1,2]` are a number, a boolean and a list where one is
    /// asked for.
    package func checked(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        guard let value = type.read(value) else {
            throw .wrongType(variable: name, expected: type, found: value.kindWording)
        }
        guard !choices.isEmpty else { return value }
        var elements = [value]
        if case .list(let list) = value { elements = list }
        for element in elements {
            let text = try element.written()
            guard choices.contains(where: { Name($0) == Name(text) }) else {
                throw .notAChoice(variable: name, value: text, choices: choices)
            }
        }
        return value
    }
}

extension TemplateVariable.Kind {
    fileprivate func read(_ value: TemplateValue) -> TemplateValue? {
        switch (self, value) {
        case (.text, .text), (.text, .number), (.text, .boolean): value
        case (.number, .number(let text)), (.number, .text(let text)):
            JSONNumber.isWellFormed(text) ? .number(text) : nil
        case (.boolean, .boolean), (.list, .list), (.object, .object): value
        case (.boolean, .text("true")): .boolean(true)
        case (.boolean, .text("false")): .boolean(false)
        case (.list, .text(let text)), (.object, .text(let text)): readJSON(text)
        default: nil
        }
    }

    private func readJSON(_ text: String) -> TemplateValue? {
        switch (self, try? TemplateValue(json: text.utf8)) {
        case (.list, .list(let elements)?): .list(elements)
        case (.object, .object(let members)?): .object(members)
        default: nil
        }
    }

    var wording: String {
        switch self {
        case .text: "a text"
        case .number: "a number"
        case .boolean: "true or false"
        case .list: "a list"
        case .object: "an object"
        }
    }

    var advice: String {
        switch self {
        case .text: "give a text, a number, true or false"
        case .number: "give digits, like 12 or -1.5"
        case .boolean: "give true or false"
        case .list: "give JSON like [\"a\",\"b\"]"
        case .object: "give JSON like {\"a\":\"b\"}"
        }
    }
}
