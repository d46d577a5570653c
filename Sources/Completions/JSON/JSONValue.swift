/// A JSON value that loses nothing: numbers as they are written, fields in their order.
package indirect enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// As it is written.
    case number(String)
    case text(String)
    case list([JSONValue])
    case object(JSONObject)

    /// Reads JSON (RFC 8259) in UTF-8. A name given twice in one object is an error: readers would differ on which
    /// of the two holds.
    package init(_ bytes: some Sequence<UInt8>) throws(JSONFault) {
        self = try Array(bytes).withUnsafeBufferPointer { (bytes) throws(JSONFault) in try JSONValue(all: bytes) }
    }

    init(all bytes: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
        var scanner = JSONScanner(bytes)
        self = try scanner.value(depth: 0)
        try scanner.end()
    }

    /// As JSON in UTF-8, without any space.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let boolean): bytes += (boolean ? "true" : "false").utf8
        case .number(let number): bytes += number.utf8
        case .text(let text): JSONText.write(text, to: &bytes)
        case .list(let elements): Self.write(elements, "[", "]", to: &bytes) { $0.write(to: &$1) }
        case .object(let object):
            Self.write(object.members, "{", "}", to: &bytes) {
                JSONText.write($0.name, to: &$1)
                $1.append(UInt8(ascii: ":"))
                $0.value.write(to: &$1)
            }
        }
    }

    static func write<Element>(
        _ elements: [Element], _ open: Unicode.Scalar, _ close: Unicode.Scalar, to bytes: inout [UInt8],
        _ element: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, each) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            element(each, &bytes)
        }
        bytes.append(UInt8(ascii: close))
    }

    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
    package var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
    package var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }
    package var isNull: Bool { self == .null }
    /// Where it is a whole number that fits.
    package var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    package var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }

    package static func integer(_ value: Int) -> JSONValue { .number(String(value)) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral text: String) { self = .text(text) }
    package init(booleanLiteral boolean: Bool) { self = .boolean(boolean) }
    package init(integerLiteral integer: Int) { self = .integer(integer) }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(JSONObject(members.map { .init(name: $0.0, value: $0.1) }))
    }
}
