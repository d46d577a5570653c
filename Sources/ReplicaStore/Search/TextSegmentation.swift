/// Cuts text into words for the search index where its script does not: a run of characters of a
/// script without spaces becomes its pairs and its last character (東京都 is 東京 京都 都), so that every
/// part of two characters or more is found, and one character as the beginning of a pair. Emoji and
/// other symbols stand alone.
///
/// FTS5's own tokenizers find no word of two such characters inside a run.
enum TextSegmentation {
    /// For the index.
    static func indexed(_ text: String) -> String {
        segmented(text) { run in
            zip(run, run.dropFirst()).map { String($0) + String($1) } + run.suffix(1).map { String($0) }
        }
    }

    /// For a query: what it means as a phrase of the index's words.
    static func queried(_ text: String) -> String {
        segmented(text) { run in
            run.count == 1 ? [String(run[0])] : zip(run, run.dropFirst()).map { String($0) + String($1) }
        }
    }

    private static func segmented(_ text: String, _ words: ([Unicode.Scalar]) -> [String]) -> String {
        // Most prompts are Latin, and their bytes say so: there is nothing to fold or to cut below Greek.
        guard text.utf8.contains(where: { $0 >= 0xCE }) else { return text }
        var result = String.UnicodeScalarView()
        var run: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if isUnspaced(scalar) {
                run.append(scalar)
                continue
            }
            if !run.isEmpty { result.append(contentsOf: spaced(words(run).joined(separator: " "))) }
            run = []
            // A variation selector would cling to the word after the emoji.
            if (0xFE00...0xFE0F).contains(scalar.value) { continue }
            if isSymbol(scalar) {
                result.append(contentsOf: spaced(String(scalar)))
            } else {
                result.append(LetterFolding.folded(scalar))
            }
        }
        if !run.isEmpty { result.append(contentsOf: spaced(words(run).joined(separator: " "))) }
        return String(result)
    }

    private static func spaced(_ text: String) -> String.UnicodeScalarView { " \(text) ".unicodeScalars }

    /// Thai to Khmer, kana, Han and Hangul. Hangul has spaces, but its endings cling to the words.
    static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3005...0x3007, 0x3041...0x30FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF66...0xFF9D, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x2000 && scalar.properties.generalCategory == .otherSymbol
    }
}
