/// Reads JSON by RFC 8259, numbers as they are written.
struct JSONReader {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let words: [(text: [UInt8], value: TemplateValue)] = [
        (Array("true".utf8), .boolean(true)), (Array("false".utf8), .boolean(false)), (Array("null".utf8), .null),
    ]

    let source: Source
    var index = 0

    static func read(_ bytes: [UInt8]) throws(TemplateError) -> TemplateValue {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformedJSON(reason: "it is not valid UTF-8", at: TemplatePlace(line: 1, column: 1))
        }
        var reader = JSONReader(source: Source(text))
        if reader.source.has(mark, at: 0) { reader.index = mark.count }
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.current == nil else { throw reader.fault("something follows the value; take it out") }
        return value
    }

    var current: UInt8? { source.byte(at: index) }

    func fault(_ reason: String) -> TemplateError {
        var places = PlaceFinder(source)
        return .malformedJSON(reason: reason, at: places.place(at: index))
    }

    private mutating func value(depth: Int) throws(TemplateError) -> TemplateValue {
        guard depth <= TemplateLimits.nesting else {
            var places = PlaceFinder(source)
            throw .nestingTooDeep(limit: TemplateLimits.nesting, at: places.place(at: index))
        }
        skipSpace()
        switch current {
        case ASCII.openBrace: return try object(depth: depth)
        case ASCII.openBracket: return try list(depth: depth)
        case ASCII.quote: return .text(try string())
        default:
            if let word = word() { return word }
            return try number()
        }
    }

    private mutating func list(depth: Int) throws(TemplateError) -> TemplateValue {
        var elements: [TemplateValue] = []
        index += 1
        if take(ASCII.closeBracket) { return .list([]) }
        repeat { elements.append(try value(depth: depth + 1)) } while take(ASCII.comma)
        guard take(ASCII.closeBracket) else { throw fault("a list goes on with a comma or ends with ]") }
        return .list(elements)
    }

    private mutating func object(depth: Int) throws(TemplateError) -> TemplateValue {
        var members: [String: TemplateValue] = [:]
        index += 1
        if take(ASCII.closeBrace) { return .object([:]) }
        repeat { try takeMember(of: &members, depth: depth) } while take(ASCII.comma)
        guard take(ASCII.closeBrace) else { throw fault("an object goes on with a comma or ends with }") }
        return .object(members)
    }

    private mutating func takeMember(of members: inout [String: TemplateValue], depth: Int) throws(TemplateError) {
        skipSpace()
        guard current == ASCII.quote else { throw fault("a field begins with its name in double quotes") }
        let name = try string()
        guard members[name] == nil else {
            throw fault("the name \(Wording.quoted(name)) is given twice, perhaps in two Unicode forms; keep one")
        }
        guard take(ASCII.colon) else { throw fault("a field's name is followed by a colon") }
        members[name] = try value(depth: depth + 1)
    }

    private mutating func skipSpace() {
        while let current, current == ASCII.space || current.isLineBreak || current == ASCII.tab { index += 1 }
    }

    /// Whether this comes next, past any space; where it does, it is taken.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func word() -> TemplateValue? {
        guard let word = Self.words.first(where: { source.has($0.text, at: index) }) else { return nil }
        index += word.text.count
        return word.value
    }
}
