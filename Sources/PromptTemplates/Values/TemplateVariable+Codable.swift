extension TemplateVariable: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, type, description
        case defaultValue = "default"
        case isRequired = "required"
        case choices = "enum"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        type = try fields.decodeIfPresent(Kind.self, forKey: .type) ?? .text
        defaultValue = try fields.decodeIfPresent(WrittenValue.self, forKey: .defaultValue)?.text()
        isRequired = try fields.decodeIfPresent(Bool.self, forKey: .isRequired) ?? true
        choices = try fields.decodeIfPresent([WrittenValue].self, forKey: .choices)?.map { try $0.text() } ?? []
        description = try fields.decodeIfPresent(String.self, forKey: .description) ?? ""
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(name, forKey: .name)
        try fields.encode(type, forKey: .type)
        try fields.encodeIfPresent(defaultValue, forKey: .defaultValue)
        try fields.encode(isRequired, forKey: .isRequired)
        if !choices.isEmpty { try fields.encode(choices, forKey: .choices) }
        if !description.isEmpty { try fields.encode(description, forKey: .description) }
    }
}

/// A default or a choice, which people write as the number, boolean or list that it is; kept as text.
private struct WrittenValue: Decodable {
    private let value: TemplateValue

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let scalar = Self.scalar(container) {
            value = scalar
        } else if let list = try? container.decode([WrittenValue].self) {
            value = .list(list.map(\.value))
        } else {
            value = .object(try container.decode([String: WrittenValue].self).mapValues(\.value))
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) -> TemplateValue? {
        if container.decodeNil() { return .null }
        if let text = try? container.decode(String.self) { return .text(text) }
        if let boolean = try? container.decode(Bool.self) { return .boolean(boolean) }
        if let integer = try? container.decode(Int64.self) { return .number(String(integer)) }
        return (try? container.decode(Double.self)).map { .number(String($0)) }
    }

    func text() throws -> String { try value.written() }
}
