/// A field of a change that null takes away, and that stays as it is where nothing is said of it.
enum Takeable<Value: Codable & Sendable>: Sendable {
    case unsaid
    case taken
    case said(Value)
}

/// Decoded by the containers below, as only they know whether a field is there.
extension Takeable: Codable {
    init(from decoder: any Decoder) throws { self = .said(try Value(from: decoder)) }

    func encode(to encoder: any Encoder) throws {
        guard case .said(let value) = self else {
            var container = encoder.singleValueContainer()
            return try container.encodeNil()
        }
        try value.encode(to: encoder)
    }
}

extension KeyedDecodingContainer {
    /// Chosen over the general one for fields of this type.
    func decode<Value>(_ type: Takeable<Value>.Type, forKey key: Key) throws -> Takeable<Value> {
        if let value = try decodeIfPresent(Value.self, forKey: key) { return .said(value) }
        return contains(key) ? .taken : .unsaid
    }
}

extension KeyedEncodingContainer {
    mutating func encode<Value>(_ field: Takeable<Value>, forKey key: Key) throws {
        switch field {
        case .unsaid: break
        case .taken: try encodeNil(forKey: key)
        case .said(let value): try encode(value, forKey: key)
        }
    }
}
