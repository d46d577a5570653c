import PromptTemplates

/// Whether a value meets a JSON Schema, as far as the words go that the OpenAPI document uses.
struct SchemaCheck {
    /// The document.
    let root: TemplateValue

    /// - Returns: what is wrong, each with its place.
    func faults(_ value: TemplateValue, _ schema: TemplateValue, at place: String = "$") -> [String] {
        if let name = schema["$ref"].string.split(separator: "/").last {
            let definition = root["components"]["schemas"][String(name)]
            return definition == .null ? ["\(place): no schema \(name)"] : faults(value, definition, at: place)
        }
        if case .list(let choices) = schema["anyOf"] {
            let found = choices.map { faults(value, $0, at: place) }
            return found.contains { $0.isEmpty } ? [] : found.first ?? []
        }
        return typeFaults(value, schema, place) + choiceFaults(value, schema, place)
            + memberFaults(value, schema, place)
    }

    private func typeFaults(_ value: TemplateValue, _ schema: TemplateValue, _ place: String) -> [String] {
        let wanted: [String]
        switch schema["type"] {
        case .text(let type): wanted = [type]
        case .list(let types): wanted = types.map(\.string)
        default: return []
        }
        return wanted.contains { Self.isOf($0, value) } ? [] : ["\(place): \(value.kindWording), and not \(wanted)"]
    }

    private static func isOf(_ type: String, _ value: TemplateValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .list), ("string", .text), ("boolean", .boolean), ("null", .null),
            ("number", .number):
            true
        case ("integer", .number(let text)): Int(text) != nil
        default: false
        }
    }

    private func choiceFaults(_ value: TemplateValue, _ schema: TemplateValue, _ place: String) -> [String] {
        guard case .list(let choices) = schema["enum"] else { return [] }
        return choices.contains(value) ? [] : ["\(place): \(value) is none of \(choices)"]
    }

    private func memberFaults(_ value: TemplateValue, _ schema: TemplateValue, _ place: String) -> [String] {
        switch value {
        case .list(let elements):
            guard schema["items"] != .null else { return [] }
            return elements.enumerated().flatMap { faults($1, schema["items"], at: "\(place)[\($0)]") }
        case .object(let members):
            return missing(members, schema, place)
                + members.flatMap { name, member -> [String] in
                    let own = schema["properties"][name]
                    let rule = own == .null ? schema["additionalProperties"] : own
                    return rule == .null ? [] : faults(member, rule, at: "\(place).\(name)")
                }
        default: return []
        }
    }

    private func missing(_ members: [String: TemplateValue], _ schema: TemplateValue, _ place: String) -> [String] {
        guard case .list(let required) = schema["required"] else { return [] }
        return required.map(\.string).filter { members[$0] == nil }.map { "\(place): “\($0)” is missing" }
    }
}
