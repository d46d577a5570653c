/// Finds the byte order marks that texts in YAML begin with: the parser's way of making strings drops them.
///
/// Only what stands in double quotes can begin with one; anywhere else it is white space.
struct YAMLByteOrderMarks {
    private let scalars: [Unicode.Scalar]
    /// Where each line starts, as the parser counts lines.
    private let starts: [Int]

    /// Nil where the text has none, which is almost always.
    init?(_ text: String) {
        guard text.utf8.contains(0xEF) || text.utf8.contains(ASCII.backslash) else { return nil }
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for index in scalars.indices where Self.endsLine(scalars[index]) {
            let isHalf = scalars[index] == "\r" && scalars.dropFirst(index + 1).first == "\n"
            if !isHalf { starts.append(index + 1) }
        }
        self.starts = starts
    }

    /// Whether the text whose quote stands here begins with one; line and column count from 1.
    func isBehindQuote(line: Int, column: Int) -> Bool {
        guard starts.indices.contains(line - 1) else { return false }
        let rest = scalars.dropFirst(starts[line - 1] + column - 1)
        guard rest.first == "\"" else { return false }
        let text = String(String.UnicodeScalarView(rest.dropFirst().prefix(10)))
        return text.unicodeScalars.first == "\u{FEFF}" || Self.isEscape(text)
    }

    private static func isEscape(_ text: String) -> Bool {
        let isMarked = text.utf8.starts(with: "\\u".utf8) || text.utf8.starts(with: "\\U0000".utf8)
        let digits = text.utf8.dropFirst(text.utf8.starts(with: "\\u".utf8) ? 2 : 6).prefix(4)
        return isMarked && String(Substring(digits)).asciiLowercased == "feff"
    }

    private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
}
