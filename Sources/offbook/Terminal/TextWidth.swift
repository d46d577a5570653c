/// How many columns of a terminal text takes, and text that a terminal can be trusted with.
enum TextWidth {
    static func columns(_ text: some StringProtocol) -> Int {
        // Nearly all there is; what follows is slow beside it.
        if text.utf8.allSatisfy(isPlain) { return text.utf8.count }
        return text.reduce(0) { $0 + columns($1) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) }

    /// An emoji with all that belongs to it takes two; other characters what their letters take.
    private static func columns(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        if let first = scalars.first, first.isASCII, scalars.count == 1 { return first.value < 0x20 ? 0 : 1 }
        if scalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }),
            !scalars.contains("\u{FE0E}")
        {
            return 2
        }
        return scalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format: 0
        // The vowels and last consonants of a Korean syllable that is written in parts.
        case _ where (0x1160...0x11FF).contains(scalar.value): 0
        default: isWide(scalar.value) ? 2 : 1
        }
    }

    /// East Asian wide and fullwidth blocks (Unicode Standard Annex #11).
    private static func isWide(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18CFF, 0x1B000...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// Without the colours that `Console` puts out.
    static func withoutStyles(_ text: some StringProtocol) -> String {
        text.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated().map { place, part in
            place == 0 ? part : part.drop { $0 != "m" }.dropFirst()
        }.joined()
    }

    /// Cut to a width, with an ellipsis where something is missing.
    static func fit(_ text: String, _ width: Int) -> String {
        // Each column takes a byte at least.
        if text.utf8.count <= width || columns(text) <= width { return text }
        var result = ""
        var used = 0
        for character in text {
            let next = columns(character)
            if used + next > width - 1 { break }
            result.append(character)
            used += next
        }
        return result + "…"
    }

    /// Text from outside on one line, safe to print: see `isHarmless`.
    static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.isLineBreakOrTab ? " " : $0.isHarmless ? $0 : "\u{FFFD}" }))
    }
}

extension Unicode.Scalar {
    /// False for what would drive the terminal, hide something, or turn the order of what follows.
    /// Joiners stay: emoji and the scripts of India and Persia need them.
    var isHarmless: Bool {
        if value < 0x7F { return value >= 0x20 || self == "\n" || self == "\t" }
        if value == 0x200C || value == 0x200D { return true }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return false
        // A flag such as Scotland's is spelt in tags, which show nothing by themselves.
        case .format: return (0xE0020...0xE007F).contains(value) || value == 0xAD
        default: return true
        }
    }

    fileprivate var isLineBreakOrTab: Bool { properties.generalCategory == .control && properties.isWhitespace }
}
