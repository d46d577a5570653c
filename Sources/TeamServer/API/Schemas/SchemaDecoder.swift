internal import FoundationEssentials
internal import PromptTemplates

/// Asks a type for its schema by letting it decode itself: what it looks for is what its JSON holds. So the
/// Codable types are the only place that says so.
struct SchemaDecoder: Decoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private let record = Record()

    /// What was looked for.
    fileprivate final class Record {
        var properties: [String: TemplateValue] = [:]
        var required: [String] = []
        var definitions: [String: TemplateValue] = [:]

        func note(_ key: any CodingKey, _ schema: Schema, isRequired: Bool) {
            let name = snakeCase(key.stringValue)
            properties[name] = schema.json
            definitions.merge(schema.definitions) { $1 }
            if isRequired { required.append(name) }
        }
    }

    static func schema<T: Decodable>(of type: T.Type) -> Schema {
        if let type = type as? any SchemaProviding.Type { return type.schema }
        let decoder = SchemaDecoder()
        // A type that can't be made of samples shows by the properties that it lacks; a test looks.
        _ = try? T(from: decoder)
        var schema = decoder.object
        if let type = type as? any Choosing.Type { schema = type.narrowed(schema) }
        return Schema(named: name(of: type), schema)
    }

    private static func name(of type: any Any.Type) -> String {
        String(describing: type).replacing("ListView<", with: "ListOf").filter { $0 != ">" }
    }

    private var object: Schema {
        var json: [String: TemplateValue] = ["type": "object", "properties": .object(record.properties)]
        if !record.required.isEmpty { json["required"] = .list(record.required.sorted().map { .text($0) }) }
        return Schema(.object(json), record.definitions)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Fields<Key>(record: record))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unsupported() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Unsupported() }

    fileprivate struct Unsupported: Error {}
}

/// A type some of whose texts are out of a list.
protocol Choosing {
    /// By the property's name in JSON.
    static var choices: [String: [String]] { get }
}

extension Choosing {
    fileprivate static func narrowed(_ schema: Schema) -> Schema {
        guard case .object(var json) = schema.json, case .object(var properties)? = json["properties"] else {
            return schema
        }
        for (name, values) in choices { properties[name] = Schema.text(values).json }
        json["properties"] = .object(properties)
        return Schema(.object(json), schema.definitions)
    }
}

private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let record: SchemaDecoder.Record
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        record.note(key, SchemaDecoder.schema(of: type), isRequired: true)
        if let type = type as? any SchemaProviding.Type, let sample = type.sample as? T { return sample }
        return try T(from: SchemaDecoder())
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { optional(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { optional(type, key) }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { optional(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { optional(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { optional(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { optional(type, key) }

    /// Null is as good as nothing.
    private func optional<T: Decodable>(_ type: T.Type, _ key: Key) -> T? {
        let schema = SchemaDecoder.schema(of: type)
        record.note(key, Schema(schema.json.orNull, schema.definitions), isRequired: false)
        return nil
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { required(type, key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { required(type, key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { required(type, key) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { throw SchemaDecoder.Unsupported() }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { required(type, key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { throw SchemaDecoder.Unsupported() }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { throw SchemaDecoder.Unsupported() }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { throw SchemaDecoder.Unsupported() }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { required(type, key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { throw SchemaDecoder.Unsupported() }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { throw SchemaDecoder.Unsupported() }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { throw SchemaDecoder.Unsupported() }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { throw SchemaDecoder.Unsupported() }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { throw SchemaDecoder.Unsupported() }

    private func required<T: SchemaProviding>(_ type: T.Type, _ key: Key) -> T {
        record.note(key, type.schema, isRequired: true)
        return type.sample
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw SchemaDecoder.Unsupported() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw SchemaDecoder.Unsupported()
    }
    func superDecoder() throws -> any Decoder { throw SchemaDecoder.Unsupported() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw SchemaDecoder.Unsupported() }
}

extension TemplateValue {
    /// The same schema, which null meets too.
    fileprivate var orNull: TemplateValue {
        if let type = self["type"]?.text, self["enum"] == nil { return adding(["type": .list([.text(type), "null"])]) }
        if self == [:] { return self }
        return ["anyOf": .list([self, ["type": "null"]])]
    }
}

/// A property's name as JSON has it here.
func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
}
