/// An object as it came, with where its fields stand: read and changed without being rebuilt.
package struct JSONDocument: Sendable {
    package let bytes: [UInt8]
    private let fields: [Field]

    struct Field: Sendable {
        var name: String
        /// From the quote of its name to the end of its value.
        var whole: Range<Int>
        var value: Range<Int>
    }

    /// Checks the whole's grammar, and remembers the fields of the outermost object.
    ///
    /// - Throws: `JSONFault`, also for what is no object, and for a field that is given twice.
    package init(_ bytes: [UInt8]) throws(JSONFault) {
        self.bytes = bytes
        fields = try bytes.withUnsafeBufferPointer { (bytes) throws(JSONFault) in try Self.fields(bytes) }
    }

    private static func fields(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONFault) -> [Field] {
        var scanner = JSONScanner(bytes)
        var fields: [Field] = []
        fields.reserveCapacity(16)
        scanner.skipSpace()
        guard scanner.current == UInt8(ascii: "{") else { throw scanner.fault("it has to be an object") }
        try scanner.members(depth: 0) { (name, value) throws(JSONFault) in
            guard fields.count < JSONLimits.fields else {
                throw JSONFault(reason: "more than \(JSONLimits.fields) fields", offset: name.lowerBound)
            }
            let text = try JSONText.read(bytes, name)
            guard !fields.contains(where: { $0.name == text }) else {
                throw JSONFault(reason: "the field \(text) is given twice", offset: name.lowerBound)
            }
            fields.append(Field(name: text, whole: name.lowerBound..<value.upperBound, value: value))
        }
        try scanner.end()
        return fields
    }

    package func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    /// - Throws: `JSONFault` for what the first look does not check: escapes, UTF-8, and names given twice inside.
    package func value(_ name: String) throws(JSONFault) -> JSONValue? {
        guard let range = range(name) else { return nil }
        return try bytes.withUnsafeBufferPointer { (all) throws(JSONFault) in
            try JSONValue(all: UnsafeBufferPointer(rebasing: all[range]))
        }
    }

    package func whole() throws(JSONFault) -> JSONObject {
        try bytes.withUnsafeBufferPointer { (all) throws(JSONFault) in try JSONValue(all: all) }.object ?? JSONObject()
    }

    func range(_ name: String) -> Range<Int>? { fields.first { $0.name == name }?.value }

    /// What a field's value is written as.
    package func raw(_ name: String) -> ArraySlice<UInt8>? { range(name).map { bytes[$0] } }

    /// With fields set, each to JSON. All else stays byte for byte.
    package func setting(_ changes: [(name: String, json: [UInt8])]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + changes.reduce(0) { $0 + $1.json.count + $1.name.utf8.count + 4 })
        let ordered = changes.compactMap { change in range(change.name).map { (range: $0, json: change.json) } }
            .sorted { $0.range.lowerBound < $1.range.lowerBound }
        var from = 0
        for change in ordered {
            result += bytes[from..<change.range.lowerBound]
            result += change.json
            from = change.range.upperBound
        }
        append(changes.filter { range($0.name) == nil }, from: from, to: &result)
        return result
    }

    /// New fields go behind the last one.
    private func append(_ added: [(name: String, json: [UInt8])], from: Int, to result: inout [UInt8]) {
        let last = fields.last?.whole.upperBound
        let end = last ?? (bytes.firstIndex(of: UInt8(ascii: "{")).map { $0 + 1 } ?? bytes.count)
        result += bytes[min(from, end)..<end]
        for (index, field) in added.enumerated() {
            if last != nil || index > 0 { result.append(UInt8(ascii: ",")) }
            JSONText.write(field.name, to: &result)
            result.append(UInt8(ascii: ":"))
            result += field.json
        }
        result += bytes[end...]
    }
}
