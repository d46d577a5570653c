internal import Yams

/// Characters that go through the parser in the place of the byte order mark, which its way of making strings drops at
/// the start of a text, so that `"\uFEFF"` and `""` would be one key.
struct YAMLStandIns {
    private static let mark: Unicode.Scalar = "\u{FEFF}"
    private static let escape = "\\uFEFF"
    private static let privateUse: ClosedRange<UInt32> = 0xE000...0xF8FF

    /// For a mark as it is, and for one that is written as an escape; nil where the text has neither.
    private let standIns: (mark: Unicode.Scalar, escape: Unicode.Scalar)?

    init(for text: String) {
        let hasMark = text.utf8.contains(0xEF) && text.unicodeScalars.contains(Self.mark)
        guard hasMark || text.utf8.contains(Self.escape.utf8) else {
            standIns = nil
            return
        }
        let used = Set(text.unicodeScalars.map(\.value).filter(Self.privateUse.contains))
        let free = Self.privateUse.lazy.filter { !used.contains($0) }.prefix(2).compactMap { Unicode.Scalar($0) }
        standIns = free.first.flatMap { mark in free.dropFirst().first.map { (mark, $0) } }
    }

    /// The text for the parser.
    func put(into text: String) -> String {
        guard let standIns else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            // A backslash that is escaped itself escapes nothing.
            let isEscape = first == "\\" && rest.starts(with: Self.escape.unicodeScalars)
            if isEscape {
                result.append(standIns.escape)
            } else if first == "\\" {
                result += rest.prefix(2)
            } else {
                result.append(first == Self.mark ? standIns.mark : first)
            }
            rest = rest.dropFirst(isEscape ? Self.escape.utf8.count : first == "\\" ? 2 : 1)
        }
        return String(result)
    }

    /// What the parser made of a text, with the marks again. Outside double quotes an escape is no escape.
    func taken(from scalar: Node.Scalar) -> String {
        guard let standIns else { return scalar.string }
        let escape = scalar.style == .doubleQuoted ? String(Self.mark) : Self.escape
        return scalar.string.unicodeScalars.map { scalar in
            scalar == standIns.mark ? String(Self.mark) : scalar == standIns.escape ? escape : String(scalar)
        }.joined()
    }
}
