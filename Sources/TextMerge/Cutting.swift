/// Where the lines of a text begin. A line ends after its newline, and the last may have none.
func lineStarts(_ text: [UInt8]) -> [Int] {
    var starts: [Int] = []
    var start = 0
    while start < text.count {
        starts.append(start)
        guard let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) else { break }
        start = end + 1
    }
    return starts
}

/// Where the words of a text begin: runs of letters, digits and underscores; runs of spaces and tabs;
/// each newline; and every other scalar by itself.
///
/// What belongs to one visible character stays together, so that no merge makes a character neither
/// side wrote: combining marks with what they follow, emoji joined into one, the two halves of a flag
/// or of CR LF.
func wordStarts(_ text: [UInt8]) -> [Int] {
    var starts: [Int] = []
    var offset = 0
    var state = ScalarKind.newline
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
        let step = state.step(to: ScalarKind(scalar))
        if !step.joins { starts.append(offset) }
        state = step.state
        offset += UTF8.width(scalar)
    }
    return starts
}

/// What a scalar means to the cutting into words.
private enum ScalarKind {
    case newline, carriageReturn, blank, word, mark, joiner, flagHalf, other

    init(_ scalar: Unicode.Scalar) {
        self = scalar.isASCII ? Self.ascii(scalar) : Self.beyondASCII(scalar)
    }

    private static func ascii(_ scalar: Unicode.Scalar) -> Self {
        switch scalar {
        case "\n": .newline
        case "\r": .carriageReturn
        case " ", "\t": .blank
        case "a"..."z", "A"..."Z", "0"..."9", "_": .word
        default: .other
        }
    }

    private static func beyondASCII(_ scalar: Unicode.Scalar) -> Self {
        let properties = scalar.properties
        switch scalar {
        case "\u{200D}": return .joiner
        case "\u{1F1E6}"..."\u{1F1FF}": return .flagHalf
        case _ where isMark(properties): return .mark
        case _ where isEastAsian(scalar): return .other
        default: return properties.isAlphabetic || properties.numericType != nil ? .word : .other
        }
    }

    private static func isMark(_ properties: Unicode.Scalar.Properties) -> Bool {
        properties.isGraphemeExtend || properties.isEmojiModifier || properties.generalCategory == .spacingMark
    }

    /// Scripts written without spaces, where a run of letters would be a whole sentence.
    private static func isEastAsian(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2E80...0x31FF, 0xAC00...0xD7A3, 0xFF66...0xFF9F: true
        default: scalar.properties.isIdeographic
        }
    }

    /// Whether a scalar of kind `next` goes on with the piece this is the state of, and the state after.
    func step(to next: Self) -> (joins: Bool, state: Self) {
        switch (self, next) {
        case (.blank, .blank), (.word, .word): (true, next)
        case (.carriageReturn, .newline): (true, .newline)
        case (.flagHalf, .flagHalf), (.joiner, .other): (true, .other)
        case (.word, .mark), (.word, .joiner): (true, .word)
        case (.other, .mark), (.flagHalf, .mark), (.joiner, .mark): (true, .other)
        case (.other, .joiner), (.joiner, .joiner): (true, .joiner)
        case (_, .mark), (_, .joiner): (false, .other)
        default: (false, next)
        }
    }
}
