/// Reads a text by the mustache specification 1.4.
///
/// Not in it: HTML escaping, lambdas, set-delimiter tags, inheritance and dynamic names.
struct MustacheReader {
    private let source: Source
    private var places: PlaceFinder
    /// What stands before each section that is open, and at last what stands in the innermost.
    private var levels: [[Node]] = [[]]
    private var sections: [SectionTag] = []
    /// Where the text begins that is not taken yet.
    private var start = 0

    static func read(_ source: Source) throws(TemplateError) -> [Node] {
        var reader = MustacheReader(source)
        while let opening = MustacheTag.next(in: source, from: reader.start) {
            let place = reader.places.place(at: opening)
            try reader.take(try MustacheTag(in: source, at: opening, place: place))
        }
        reader.takeText(to: source.bytes.count)
        if let section = reader.sections.last { throw .unclosedSection(section.path.text, at: section.place) }
        return reader.levels.last ?? []
    }

    private init(_ source: Source) {
        self.source = source
        places = PlaceFinder(source)
    }

    private mutating func take(_ tag: MustacheTag) throws(TemplateError) {
        let line = standaloneLine(of: tag)
        takeText(to: line?.lowerBound ?? tag.whole.lowerBound)
        start = line?.upperBound ?? tag.whole.upperBound
        switch tag.kind {
        case .variable: append(.variable(try variable(tag)))
        case .section: try open(tag, isInverted: false)
        case .inverted: try open(tag, isInverted: true)
        case .closing: try close(tag)
        case .include: append(.include(try include(tag, indent: line.map { $0.lowerBound..<tag.whole.lowerBound })))
        case .comment: break
        case .unsupported(let feature): throw .unsupported(feature, shown: source.text(tag.whole), at: tag.place)
        }
    }

    private func variable(_ tag: MustacheTag) throws(TemplateError) -> VariableTag {
        VariableTag(path: try tag.path(in: source), fallback: nil, offset: tag.whole.lowerBound, place: tag.place)
    }

    /// Unlike a variable's, the name of a prompt may have spaces in it.
    private func include(_ tag: MustacheTag, indent: Range<Int>?) throws(TemplateError) -> IncludeTag {
        let text = source.text(tag.content)
        guard !text.isEmpty else { throw .invalidName(text, .empty, at: tag.place) }
        guard !text.utf8.contains(where: { $0.isLineBreak || $0 == ASCII.openBrace }) else {
            throw .unclosed(.mustache, at: tag.place)
        }
        let key = IncludeKey(reference: IncludeReference(text), indent: indent.map { Array(source.bytes[$0]) } ?? [])
        return IncludeTag(key: key, place: tag.place)
    }

    private mutating func takeText(to end: Int) {
        if start < end { append(.text(start..<end)) }
    }

    private mutating func append(_ node: Node) { levels[levels.count - 1].append(node) }
}

extension MustacheReader {
    private mutating func open(_ tag: MustacheTag, isInverted: Bool) throws(TemplateError) {
        guard sections.count < TemplateLimits.nesting else {
            throw .nestingTooDeep(limit: TemplateLimits.nesting, at: tag.place)
        }
        let path = try tag.path(in: source)
        let section = SectionTag(path: path, isInverted: isInverted, offset: tag.whole.lowerBound, place: tag.place)
        sections.append(section)
        levels.append([])
    }

    private mutating func close(_ tag: MustacheTag) throws(TemplateError) {
        let name = try tag.path(in: source).text
        guard var section = sections.popLast(), let body = levels.popLast() else {
            throw .unopenedSection(name, at: tag.place)
        }
        guard Name(name) == Name(section.path.text) else {
            throw .crossedSections(opened: section.path.text, closed: name, at: tag.place)
        }
        section.body = body
        append(.section(section))
    }

    /// The whole line of a tag with only blanks beside it, its line break included: it leaves no trace.
    private func standaloneLine(of tag: MustacheTag) -> Range<Int>? {
        guard tag.kind.mayStandAlone else { return nil }
        var lineStart = tag.whole.lowerBound
        // No further than the last tag: who looked at a blank before need not look again.
        while lineStart > start, source.byte(at: lineStart - 1)?.isBlank == true { lineStart -= 1 }
        guard source.isLineStart(lineStart), let end = lineEnd(from: tag.whole.upperBound) else { return nil }
        return lineStart..<end
    }

    /// Behind the next line break, or at the end of the text; nil where something else comes first.
    private func lineEnd(from index: Int) -> Int? {
        guard let next = source.find(from: index, where: { !$0.isBlank }) else { return source.bytes.count }
        if source.byte(at: next) == ASCII.newline { return next + 1 }
        let isReturn = source.byte(at: next) == ASCII.carriageReturn && source.byte(at: next + 1) == ASCII.newline
        return isReturn ? next + 2 : nil
    }
}
