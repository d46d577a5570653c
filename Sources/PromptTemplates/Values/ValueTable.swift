/// The values by name, with what is declared about them done.
struct ValueTable {
    private var values: [Name: TemplateValue] = [:]

    /// Of two declarations of one name the first counts.
    init(_ given: [String: TemplateValue], declared: [TemplateVariable]) throws(TemplateError) {
        for (name, value) in given { values[Name(name)] = value }
        var seen: Set<Name> = []
        for variable in declared where seen.insert(Name(variable.name)).inserted { try declare(variable) }
    }

    subscript(_ name: Name) -> TemplateValue? { values[name] }

    private mutating func declare(_ variable: TemplateVariable) throws(TemplateError) {
        let name = Name(variable.name)
        if let value = values[name], value != .null {
            values[name] = try variable.checked(value)
        } else if let text = variable.defaultValue {
            values[name] = try variable.checked(.text(text))
        } else {
            // Null is no value: what is required has to be missed.
            values[name] = variable.isRequired ? nil : .null
        }
    }
}
