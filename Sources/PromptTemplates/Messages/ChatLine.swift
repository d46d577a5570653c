/// A line that is nothing but a role and a colon, perhaps behind backslashes.
struct ChatLine {
    private static let longestRole = ChatMessage.Role.allCases.map(\.rawValue.utf8.count).max() ?? 0

    let role: ChatMessage.Role
    /// Where the backslashes are that keep it from opening a message.
    let backslashes: Range<Int>

    /// Nil for any other line.
    init?(_ line: ArraySlice<UInt8>) {
        var rest = line
        while let last = rest.last, last.isChatBlank { rest.removeLast() }
        guard rest.popLast() == ASCII.colon else { return nil }
        while let first = rest.first, first.isChatBlank { rest.removeFirst() }
        let start = rest.startIndex
        while rest.first == ASCII.backslash { rest.removeFirst() }
        guard rest.count <= Self.longestRole else { return nil }
        let name = String(decoding: rest.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        guard let role = ChatMessage.Role(rawValue: name) else { return nil }
        self.role = role
        backslashes = start..<rest.startIndex
    }

    /// The line with a backslash more, where it could be taken for a marker.
    static func escaped(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let marker = ChatLine(line) else { return line }
        var escaped = line
        escaped.insert(ASCII.backslash, at: marker.backslashes.lowerBound)
        return escaped
    }

    /// The line with a backslash less.
    static func unescaped(_ line: ArraySlice<UInt8>, _ marker: ChatLine) -> ArraySlice<UInt8> {
        var unescaped = line
        unescaped.remove(at: marker.backslashes.lowerBound)
        return unescaped
    }
}

/// The lines of a text, each with its newline.
struct Lines: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: ASCII.newline).map { $0 + 1 } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }
}

extension UInt8 {
    /// What may stand around a marker.
    fileprivate var isChatBlank: Bool { isBlank || isLineBreak }
}
