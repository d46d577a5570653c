/// Reads `{name}`, with `{{` and `}}` for literal braces, from left to right as Python's `str.format` does.
///
/// A name is whatever stands between the braces, as in Python; what Python would take for more than a name is refused
/// where it could only be misunderstood here.
struct FStringReader {
    private var builder: NodeBuilder

    static func read(_ source: Source) throws(TemplateError) -> [Node] {
        var reader = FStringReader(builder: NodeBuilder(source))
        var next = 0
        while let brace = source.find(from: next, where: { $0 == ASCII.openBrace || $0 == ASCII.closeBrace }) {
            next = try reader.take(brace)
        }
        reader.builder.takeText(to: source.bytes.count)
        return reader.builder.nodes
    }

    /// Takes what a brace begins, and tells where to go on.
    private mutating func take(_ brace: Int) throws(TemplateError) -> Int {
        if builder.source.byte(at: brace) == builder.source.byte(at: brace + 1) {
            builder.takeText(to: brace + 1)
            builder.skip(to: brace + 2)
            return brace + 2
        }
        builder.takeText(to: brace)
        let place = builder.place(at: brace)
        guard builder.source.byte(at: brace) == ASCII.openBrace else { throw .loneClosingBrace(at: place) }
        let end = try nameEnd(from: brace + 1, place: place)
        let path = Path(parts: [try name(brace + 1..<end, place: place)])
        builder.append(.variable(VariableTag(path: path, fallback: nil, offset: brace, place: place)))
        builder.skip(to: end + 1)
        return end + 1
    }

    private func nameEnd(from start: Int, place: TemplatePlace) throws(TemplateError) -> Int {
        guard let end = builder.source.find(from: start, where: Self.mayEndName) else {
            throw .unclosed(.fstring, at: place)
        }
        let byte = builder.source.bytes[end]
        if let feature = Self.feature(byte) { throw .unsupported(feature, shown: shown(from: start - 1), at: place) }
        guard byte == ASCII.closeBrace else { throw .unclosed(.fstring, at: place) }
        return end
    }

    private static func mayEndName(_ byte: UInt8) -> Bool {
        byte == ASCII.closeBrace || byte == ASCII.openBrace || byte.isLineBreak || feature(byte) != nil
    }

    /// What Python has behind a name.
    private static func feature(_ byte: UInt8) -> TemplateFeature? {
        switch byte {
        case ASCII.colon: .formatSpecification
        case ASCII.bang: .conversion
        case ASCII.dot: .attribute
        case ASCII.openBracket: .index
        default: nil
        }
    }

    private func name(_ range: Range<Int>, place: TemplatePlace) throws(TemplateError) -> Name {
        let text = builder.source.text(range)
        guard !range.isEmpty else { throw .invalidName(text, .empty, at: place) }
        guard builder.source.trimmed(range, where: \.isASCIISpace) == range else {
            throw .invalidName(text, .spaceAround, at: place)
        }
        guard !text.utf8.allSatisfy(\.isASCIIDigit) else {
            throw .unsupported(.position, shown: shown(from: range.lowerBound - 1), at: place)
        }
        return Name(text)
    }

    /// The placeholder, for a message.
    private func shown(from start: Int) -> String {
        let end = builder.source.find(from: start, to: start + 60) { $0 == ASCII.closeBrace || $0.isLineBreak }
        return builder.source.text(start..<(end.map { $0 + 1 } ?? start + 60))
    }
}
