/// How a text is written in YAML: as it stands where nothing else could be meant, as a block where it has several
/// lines, and in double quotes else.
enum YAMLText {
    /// The parser takes keys of up to 1,024 characters without a mark.
    static let keyBytesMax = 1_000

    private static let words: Set<String> = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n",
    ]

    static func written(_ text: String, indent: String) -> String {
        block(text, indent: indent) ?? writtenOnOneLine(text)
    }

    static func writtenOnOneLine(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    private static func block(_ text: String, indent: String) -> String? {
        guard text.utf8.contains(ASCII.newline), let first = text.utf8.first, mayStartBlock(first) else { return nil }
        guard text.unicodeScalars.allSatisfy({ $0 == "\n" || $0 == "\t" || $0.isPlainInYAML }) else { return nil }
        let lines = text.utf8.split(separator: ASCII.newline, omittingEmptySubsequences: false).map { Substring($0) }
        guard !lines.contains(where: { $0.utf8.first == ASCII.tab }) else { return nil }
        let isEnded = lines.last?.isEmpty == true
        let chomping = isEnded ? (lines.dropLast().last?.isEmpty == true ? "|+" : "|") : "|-"
        let written = (isEnded ? lines.dropLast() : lines[...]).map { $0.isEmpty ? "" : indent + $0 }
        return "\(chomping)\n\(written.joined(separator: "\n"))"
    }

    /// With a blank first, the parser would not know how far the block is indented.
    private static func mayStartBlock(_ byte: UInt8) -> Bool { !byte.isASCIISpace }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, mayStartPlain(first), text.utf8.last != ASCII.space,
            text.unicodeScalars.allSatisfy(\.isPlainInYAML)
        else { return false }
        return !hasIndicator(text.utf8) && !looksLikeAnother(text)
    }

    private static func mayStartPlain(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return true }
        return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_/(+$".unicodeScalars.contains(scalar)
    }

    /// Whether a part of it could be taken for a key or a comment.
    private static func hasIndicator(_ bytes: String.UTF8View) -> Bool {
        var last: UInt8 = 0
        for byte in bytes {
            if last == ASCII.colon && byte == ASCII.space || last == ASCII.space && byte == ASCII.hash { return true }
            last = byte
        }
        return last == ASCII.colon
    }

    /// Whether a reader of YAML 1.1 or 1.2 could take it for a number, a date, a boolean or null.
    private static func looksLikeAnother(_ text: String) -> Bool {
        if words.contains(text.lowercased()) { return true }
        guard let first = text.utf8.first, first.isASCIIDigit || first == UInt8(ascii: "+") else { return false }
        return text.utf8.allSatisfy { $0.isASCIIDigit || "+-.:_, abcdefoxtzABCDEFOXTZ".utf8.contains($0) }
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.unicodeScalars.map(inQuotes).joined())\""
    }

    private static func inQuotes(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case _ where scalar.isPlainInYAML: String(scalar)
        default: escape(scalar.value)
        }
    }

    private static func escape(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        let (mark, width) = value <= 0xFF ? ("x", 2) : value <= 0xFFFF ? ("u", 4) : ("U", 8)
        return "\\\(mark)\(String(repeating: "0", count: max(0, width - digits.count)))\(digits)"
    }
}

extension Unicode.Scalar {
    /// Whether YAML has it as it stands, on one line: no control, no line end, no byte order mark.
    fileprivate var isPlainInYAML: Bool {
        switch value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...0x10_FFFF: true
        default: false
        }
    }
}
