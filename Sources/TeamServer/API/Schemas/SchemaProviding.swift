internal import PromptTemplates

/// A type that says itself what its JSON looks like, as its `Decodable` does not tell.
protocol SchemaProviding {
    static var schema: Schema { get }
    /// Some value, for a decoder that has nothing to decode.
    static var sample: Self { get }
}

extension String: SchemaProviding {
    static var schema: Schema { Schema(["type": "string"]) }
    static var sample: String { "" }
}

extension Bool: SchemaProviding {
    static var schema: Schema { Schema(["type": "boolean"]) }
    static var sample: Bool { false }
}

extension Int: SchemaProviding {
    static var schema: Schema { Schema(["type": "integer"]) }
    static var sample: Int { 0 }
}

extension Int64: SchemaProviding {
    static var schema: Schema { Schema(["type": "integer"]) }
    static var sample: Int64 { 0 }
}

extension Double: SchemaProviding {
    static var schema: Schema { Schema(["type": "number"]) }
    static var sample: Double { 0 }
}

extension Array: SchemaProviding where Element: Decodable {
    static var schema: Schema { .list(of: SchemaDecoder.schema(of: Element.self)) }
    static var sample: [Element] { [] }
}

extension Dictionary: SchemaProviding where Key == String, Value: Decodable {
    static var schema: Schema {
        let values = SchemaDecoder.schema(of: Value.self)
        return Schema(["type": "object", "additionalProperties": values.json], values.definitions)
    }
    static var sample: [String: Value] { [:] }
}

extension TemplateValue: SchemaProviding {
    static var schema: Schema { .anything }
    static var sample: TemplateValue { .null }
}

extension ChatMessage: SchemaProviding {
    static var schema: Schema {
        Schema([
            "type": "object", "required": ["role", "content"],
            "properties": ["role": Schema.text(Role.allCases.map(\.rawValue)).json, "content": String.schema.json],
        ])
    }
    static var sample: ChatMessage { ChatMessage(role: .user, content: "") }
}

extension TemplateVariable: SchemaProviding {
    static var schema: Schema {
        Schema([
            "type": "object", "required": ["name"],
            "properties": [
                "name": String.schema.json, "type": Schema.text(Kind.allCases.map(\.rawValue)).json, "default": [:],
                "required": Bool.schema.json, "enum": ["type": "array"], "description": String.schema.json,
            ],
        ])
    }
    static var sample: TemplateVariable { TemplateVariable(name: "") }
}

extension TemplateValue: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
}
