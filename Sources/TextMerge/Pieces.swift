/// A text cut into pieces (lines or words), each known by a number: equal numbers, equal bytes.
struct Pieces {
    private let text: [UInt8]
    /// Where each piece begins, and at the end the length of the text.
    private let bounds: [Int]
    let ids: [Int]

    init(_ text: [UInt8], starts: [Int], numbering: inout Numbering) {
        self.text = text
        bounds = starts + [text.count]
        ids = zip(bounds, bounds.dropFirst()).map { start, end in numbering.id(of: text[start..<end]) }
    }

    var all: Range<Int> { 0..<ids.count }

    func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> {
        text[bounds[range.lowerBound]..<bounds[range.upperBound]]
    }
}

/// Gives equal pieces equal numbers, so that comparing them costs no more than comparing integers.
struct Numbering {
    private struct Key: Hashable {
        let bytes: ArraySlice<UInt8>

        /// The default would feed the hasher byte by byte.
        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    private var known: [Key: Int] = [:]
    private(set) var pieces: [ArraySlice<UInt8>] = []

    mutating func id(of bytes: ArraySlice<UInt8>) -> Int {
        let key = Key(bytes: bytes)
        if let id = known[key] { return id }
        known[key] = pieces.count
        pieces.append(bytes)
        return pieces.count - 1
    }

    func isBlank(_ id: Int) -> Bool {
        pieces[id].first == UInt8(ascii: " ") || pieces[id].first == UInt8(ascii: "\t")
    }

    func endsLine(_ id: Int) -> Bool {
        pieces[id].last == UInt8(ascii: "\n")
    }
}

/// Something of each of the three texts of a merge.
struct Three<Element> {
    var base: Element
    var ours: Element
    var theirs: Element

    func map<Result>(_ transform: (Element) -> Result) -> Three<Result> {
        Three<Result>(base: transform(base), ours: transform(ours), theirs: transform(theirs))
    }
}
