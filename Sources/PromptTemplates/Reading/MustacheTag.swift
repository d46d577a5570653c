/// One `{{…}}`, and what it is for.
struct MustacheTag {
    enum Kind {
        case variable, section, inverted, closing, include, comment
        case unsupported(TemplateFeature)

        /// Whether a line with nothing else on it goes with the tag.
        var mayStandAlone: Bool {
            if case .variable = self { false } else { true }
        }
    }

    let kind: Kind
    /// Between the braces, without the sign of its kind and the space around it.
    let content: Range<Int>
    let whole: Range<Int>
    let place: TemplatePlace
}

extension MustacheTag {
    private static let open = Array("{{".utf8)
    private static let close = Array("}}".utf8)
    private static let closeThree = Array("}}}".utf8)

    static func next(in source: Source, from index: Int) -> Int? { source.find(open, from: index) }

    /// The tag whose braces open at `opening`.
    init(in source: Source, at opening: Int, place: TemplatePlace) throws(TemplateError) {
        let isTriple = source.byte(at: opening + Self.open.count) == ASCII.openBrace
        let closing = isTriple ? Self.closeThree : Self.close
        let start = opening + closing.count
        guard let end = source.find(closing, from: start) else { throw .unclosed(.mustache, at: place) }
        let inside = source.trimmed(start..<end, where: \.isASCIISpace)
        let sign = isTriple || inside.isEmpty ? nil : source.byte(at: inside.lowerBound).flatMap(Self.kind)
        kind = sign ?? .variable
        content = sign == nil ? inside : source.trimmed(inside.dropFirst(), where: \.isASCIISpace)
        whole = opening..<end + closing.count
        self.place = place
    }

    private static func kind(_ sign: UInt8) -> Kind? {
        switch sign {
        case ASCII.hash: .section
        case ASCII.caret: .inverted
        case ASCII.slash: .closing
        case ASCII.greater: .include
        case ASCII.bang: .comment
        case ASCII.ampersand: .variable
        case ASCII.equals: .unsupported(.setDelimiter)
        case ASCII.less, ASCII.dollar: .unsupported(.inheritance)
        default: nil
        }
    }

    /// The name in it, which by the specification may hold everything but space.
    func path(in source: Source) throws(TemplateError) -> Path {
        let text = source.text(content)
        if text == "." { return Path(parts: []) }
        guard !content.isEmpty else { throw .invalidName(text, .empty, at: place) }
        // Most likely the next tag: this one was left open.
        if let brace = source.find(from: content.lowerBound, to: content.upperBound, where: { $0 == ASCII.openBrace }) {
            throw source.has(Self.open, at: brace)
                ? .unclosed(.mustache, at: place) : .invalidName(text, .brace, at: place)
        }
        guard !text.utf8.contains(where: \.isASCIISpace) else { throw .invalidName(text, .space, at: place) }
        let parts = text.utf8.split(separator: ASCII.dot, omittingEmptySubsequences: false).map {
            Name(String(Substring($0)))
        }
        guard parts.allSatisfy({ !$0.text.isEmpty }) else { throw .invalidName(text, .emptyPart, at: place) }
        return Path(parts: parts)
    }
}
