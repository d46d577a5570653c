/// What a placeholder is filled with.
///
/// Keys are looked up by their bytes. A dictionary could not hold "é" and "e\u{301}" side by side, which Swift finds
/// equal; no object here needs that, and ``init(json:)`` refuses one that has both.
package indirect enum TemplateValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// As it is written: no digit is lost to a binary fraction.
    case number(String)
    case text(String)
    case list([TemplateValue])
    case object([String: TemplateValue])

    /// Reads JSON (RFC 8259) in UTF-8. A name given twice in one object is an error.
    package init(json bytes: some Sequence<UInt8>) throws(TemplateError) {
        self = try JSONReader.read(Array(bytes))
    }

    /// Whether a number may be written like this, in JSON and here.
    package static func isNumber(_ text: String) -> Bool { JSONNumber.isWellFormed(text) }

    /// As JSON in UTF-8, the fields of objects in the order of their names' bytes, without a newline at the end.
    ///
    /// - Parameter isIndented: whether every element has a line of its own, indented by two spaces a level.
    /// - Throws: `nestingTooDeep` and `outputTooLarge`, of ``TemplateLimits``.
    package func json(isIndented: Bool = false) throws(TemplateError) -> String {
        try JSONWriter.text(self, isIndented: isIndented)
    }

    /// Whether mustache passes over a section for it: null, false, the empty text and the empty list.
    var isFalsy: Bool {
        switch self {
        case .null, .boolean(false): true
        case .text(let text): text.isEmpty
        case .list(let elements): elements.isEmpty
        case .boolean, .number, .object: false
        }
    }

    /// How many lists and objects lie inside one another, itself counted; 0 for anything else.
    package var depth: Int {
        switch self {
        case .null, .boolean, .number, .text: 0
        case .list(let elements): 1 + (elements.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.map(\.depth).max() ?? 0)
        }
    }

    /// For messages.
    package var kindWording: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }

    /// What is written for it: null is nothing, lists and objects are JSON.
    package func written() throws(TemplateError) -> String {
        switch self {
        case .null: return ""
        case .boolean(let boolean): return boolean ? "true" : "false"
        case .number(let text), .text(let text): return text
        case .list, .object: return try JSONWriter.text(self)
        }
    }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral text: String) { self = .text(text) }

    package init(booleanLiteral boolean: Bool) { self = .boolean(boolean) }
}
