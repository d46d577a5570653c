extension TemplateValue: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let boolean): try container.encode(boolean)
        case .text(let text): try container.encode(text)
        case .list(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        case .number(let text):
            if let integer = Int64(text) { return try container.encode(integer) }
            guard let number = Double(text), number.isFinite else { return try container.encode(text) }
            try container.encode(number)
        }
    }
}
