/// Reads `${name}` and `${name:default}`, with `$${` for a literal `${`.
///
/// A name is what stands before the colon, spaces inside it included: people write `${Your Position:Developer}`. A
/// default ends at the first `}` and is kept as it stands, spaces included; in it, `\}` stands for `}`, `\\` for `\`,
/// and every other backslash for itself.
struct DollarReader {
    private static let open = Array("${".utf8)
    private static let literal = Array("$${".utf8)

    private let source: Source
    private var places: PlaceFinder
    private var index = 0

    static func read(_ source: Source) throws(TemplateError) -> [Node] {
        var reader = DollarReader(source)
        var builder = NodeBuilder(source)
        while let dollar = source.find(from: reader.index, where: { $0 == ASCII.dollar }) {
            reader.index = dollar
            try reader.takeDollar(into: &builder)
        }
        builder.takeText(to: source.bytes.count)
        return builder.nodes
    }

    private init(_ source: Source) {
        self.source = source
        places = PlaceFinder(source)
    }

    private mutating func takeDollar(into builder: inout NodeBuilder) throws(TemplateError) {
        let dollar = index
        if source.has(Self.literal, at: dollar) {
            builder.takeText(to: dollar + 1)
            index = dollar + 3
            builder.skip(to: dollar + 2)
        } else if source.has(Self.open, at: dollar) {
            builder.takeText(to: dollar)
            builder.append(.variable(try placeholder(depth: 0)))
            builder.skip(to: index)
        } else {
            index += 1
        }
    }

    /// Stands at `${`, and leaves off behind the `}` that closes it.
    private mutating func placeholder(depth: Int) throws(TemplateError) -> VariableTag {
        let (offset, place) = (index, places.place(at: index))
        guard depth <= TemplateLimits.nestedDefaults else {
            throw .nestingTooDeep(limit: TemplateLimits.nestedDefaults, at: place)
        }
        index += Self.open.count
        let path = Path(parts: [try name(place)])
        let hasDefault = source.byte(at: index) == ASCII.colon
        index += 1
        let fallback = hasDefault ? try fallback(of: place, depth: depth) : nil
        return VariableTag(path: path, fallback: fallback, offset: offset, place: place)
    }

    private mutating func name(_ place: TemplatePlace) throws(TemplateError) -> Name {
        guard let end = source.find(from: index, where: Self.mayEndName), !source.bytes[end].isLineBreak else {
            throw .unclosed(.dollar, at: place)
        }
        let name = source.text(source.trimmed(index..<end, where: \.isASCIISpace))
        guard source.bytes[end] != ASCII.openBrace else { throw .invalidName(name, .brace, at: place) }
        guard !name.isEmpty else { throw .invalidName(name, .empty, at: place) }
        index = end
        return Name(name)
    }

    private static func mayEndName(_ byte: UInt8) -> Bool {
        byte == ASCII.colon || byte == ASCII.closeBrace || byte == ASCII.openBrace || byte.isLineBreak
    }
}

extension DollarReader {
    /// Stands behind the colon, and leaves off behind the `}` that closes the placeholder.
    private mutating func fallback(of place: TemplatePlace, depth: Int) throws(TemplateError) -> Fallback {
        var pieces = FallbackBuilder(source: source, start: index)
        while let next = source.find(from: index, where: Self.isSpecialInDefault) {
            index = next
            if source.byte(at: next) == ASCII.closeBrace {
                index = next + 1
                return pieces.fallback(to: next)
            }
            try takeSpecial(into: &pieces, depth: depth)
        }
        throw .unclosed(.dollar, at: place)
    }

    private mutating func takeSpecial(into pieces: inout FallbackBuilder, depth: Int) throws(TemplateError) {
        let start = index
        if source.has(Self.literal, at: start) {
            pieces.take(to: start + 1)
            pieces.start = start + 2
            index = start + Self.literal.count
        } else if isEscape {
            pieces.take(to: start)
            pieces.start = start + 1
            index = start + 2
        } else if source.has(Self.open, at: start) {
            pieces.take(to: start)
            let tag = try placeholder(depth: depth + 1)
            pieces.take(tag, written: start..<index)
        } else {
            index += 1
        }
    }

    private var isEscape: Bool {
        guard source.byte(at: index) == ASCII.backslash, let next = source.byte(at: index + 1) else { return false }
        return next == ASCII.closeBrace || next == ASCII.backslash
    }

    private static func isSpecialInDefault(_ byte: UInt8) -> Bool {
        byte == ASCII.closeBrace || byte == ASCII.backslash || byte == ASCII.dollar
    }
}

/// Puts a default together.
private struct FallbackBuilder {
    let source: Source
    /// Where the text begins that is not taken yet.
    var start: Int
    private var nodes: [Node] = []
    private var text: [UInt8] = []

    init(source: Source, start: Int) {
        self.source = source
        self.start = start
    }

    mutating func take(to end: Int) {
        guard start < end else { return }
        nodes.append(.text(start..<end))
        text += source.bytes[start..<end]
    }

    mutating func take(_ tag: VariableTag, written: Range<Int>) {
        nodes.append(.variable(tag))
        text += source.bytes[written]
        start = written.upperBound
    }

    mutating func fallback(to end: Int) -> Fallback {
        take(to: end)
        return Fallback(nodes: nodes, text: String(decoding: text, as: UTF8.self))
    }
}
