internal import PromptTemplates

/// Variables as a document has them: a list of objects, or of names, or an object by name.
struct VariableReader {
    static func variables(_ value: TemplateValue) throws(ReadFault) -> [TemplateVariable] {
        var variables: [TemplateVariable] = []
        switch value {
        case .list(let elements):
            for element in elements { variables.append(try variable(element)) }
        case .object(let members):
            for (name, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                variables.append(try variable(named: name, value))
            }
        default: throw .row("\"variables\" is \(value.kindWording); make it a list of objects with a name")
        }
        return variables
    }

    private static func variable(_ value: TemplateValue) throws(ReadFault) -> TemplateVariable {
        switch value {
        case .text(let name): return TemplateVariable(name: name)
        case .object(var members):
            guard case .text(let name)? = members.removeValue(forKey: "name") else {
                throw .row("\"variables\" holds one without a name; add it")
            }
            return try variable(named: name, .object(members))
        default: throw .row("\"variables\" holds \(value.kindWording); make each an object with a name")
        }
    }

    /// Anything but an object is the default by itself.
    private static func variable(named name: String, _ value: TemplateValue) throws(ReadFault) -> TemplateVariable {
        guard case .object(let members) = value else { return try shorthand(name, value) }
        var fields = FieldReader(members, isLenient: true, owner: "the variable \(Wording.quoted(name))")
        let variable = try read(name, &fields)
        guard fields.rest.isEmpty else {
            throw .row(
                "the variable \(Wording.quoted(name)) has \(Wording.list(fields.rest.keys.sorted())); "
                    + "it may have type, default, required, enum and description")
        }
        return variable
    }

    static func shorthand(_ name: String, _ value: TemplateValue) throws(ReadFault) -> TemplateVariable {
        TemplateVariable(name: name, type: kind(of: value), defaultValue: try written(value))
    }

    /// Takes what it knows; what else there is stays in the reader.
    static func read(_ name: String, _ fields: inout FieldReader) throws(ReadFault) -> TemplateVariable {
        var variable = TemplateVariable(name: name)
        if let type = try fields.text("type") {
            guard let known = kind(named: type) else {
                let kinds = TemplateVariable.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw fields.fault("type", "is \(Wording.quoted(type)); make it one of \(kinds)")
            }
            variable.type = known
        }
        variable.defaultValue = try fields.take("default").flatMap(written)
        variable.isRequired = try fields.boolean("required") ?? true
        variable.choices = try choices(&fields)
        variable.description = try fields.text("description") ?? ""
        return variable
    }

    private static func choices(_ fields: inout FieldReader) throws(ReadFault) -> [String] {
        switch fields.take("enum") {
        case nil: return []
        case .list(let elements)?:
            var choices: [String] = []
            for element in elements { choices.append(try written(element) ?? "null") }
            return choices
        case let value?: throw fields.fault("enum", "is \(value.kindWording); make it a list")
        }
    }

    static func kind(named name: String) -> TemplateVariable.Kind? {
        switch name {
        case "string", "str": .text
        case "integer", "int", "float": .number
        case "bool": .boolean
        case "array": .list
        case "dict": .object
        default: TemplateVariable.Kind(rawValue: name)
        }
    }

    static func kind(of value: TemplateValue) -> TemplateVariable.Kind {
        switch value {
        case .null, .text: .text
        case .number: .number
        case .boolean: .boolean
        case .list: .list
        case .object: .object
        }
    }

    /// A value as a default or a choice has it; nil for null.
    static func written(_ value: TemplateValue) throws(ReadFault) -> String? {
        guard value != .null else { return nil }
        do { return try value.written() } catch { throw .row(error.reason) }
    }
}

enum VariableWriter {
    static func value(_ variable: TemplateVariable) -> TemplateValue {
        var fields: [String: TemplateValue] = ["name": .text(variable.name)]
        if variable.type != .text { fields["type"] = .text(variable.type.rawValue) }
        if let text = variable.defaultValue { fields["default"] = .text(text) }
        if !variable.isRequired { fields["required"] = .boolean(false) }
        if !variable.choices.isEmpty { fields["enum"] = .list(variable.choices.map { .text($0) }) }
        if !variable.description.isEmpty { fields["description"] = .text(variable.description) }
        return .object(fields)
    }
}
