/// Takes a text piece by piece, and finds the lines in it that include something.
///
/// Such a line has nothing in it that any format would take for a placeholder, so it is never cut in two.
struct NodeBuilder {
    private static let include = Array("@include(".utf8)
    private static let literal = Array("@@include(".utf8)

    let source: Source
    private(set) var nodes: [Node] = []
    /// Where the text begins that is not taken yet.
    private(set) var start = 0
    private var places: PlaceFinder

    init(_ source: Source) {
        self.source = source
        places = PlaceFinder(source)
    }

    mutating func place(at index: Int) -> TemplatePlace { places.place(at: index) }

    mutating func append(_ node: Node) { nodes.append(node) }

    /// Leaves out everything before `index` that is not taken yet.
    mutating func skip(to index: Int) { start = index }

    /// Takes the text as it stands, but for the lines that include.
    mutating func takeText(to end: Int) {
        var next = source.isLineStart(start) ? start : lineEnd(from: start, to: end) + 1
        while next < end {
            let newline = lineEnd(from: next, to: end)
            // A line that goes on with a placeholder is not a line of its own.
            if newline < end || end == source.bytes.count { takeInclude(next..<newline) }
            next = newline + 1
        }
        takePlainText(to: end)
    }

    mutating func takePlainText(to end: Int) {
        if start < end { nodes.append(.text(start..<end)) }
        start = max(start, end)
    }

    private func lineEnd(from start: Int, to end: Int) -> Int {
        source.find(from: start, to: end) { $0 == ASCII.newline } ?? end
    }

    private mutating func takeInclude(_ line: Range<Int>) {
        let content = source.trimmed(line, where: \.isASCIISpace)
        guard source.byte(at: content.upperBound - 1) == ASCII.closeParenthesis else { return }
        if source.has(Self.literal, at: content.lowerBound) {
            takePlainText(to: content.lowerBound)
            skip(to: content.lowerBound + 1)
        } else if source.has(Self.include, at: content.lowerBound) {
            takeInclude(content, indent: line.lowerBound..<content.lowerBound)
        }
    }

    private mutating func takeInclude(_ content: Range<Int>, indent: Range<Int>) {
        let inside = content.lowerBound + Self.include.count..<content.upperBound - 1
        let name = source.trimmed(inside, where: \.isASCIISpace)
        guard !name.isEmpty else { return }
        takePlainText(to: indent.lowerBound)
        let reference = IncludeReference(source.text(name))
        let key = IncludeKey(reference: reference, indent: Array(source.bytes[indent]))
        nodes.append(.include(IncludeTag(key: key, place: place(at: content.lowerBound))))
        skip(to: content.upperBound)
    }
}
