/// Whole words and phrases, whatever the case and the marks on their letters: `cafe` finds `CAFÉ`, and `café` finds
/// `cafe`.
enum WordPatterns {
    /// So many words a pattern that even long ones stay below PCRE2's bound of 64 KiB for a compiled pattern.
    private static let bytesEach = 6_000

    static func detectors(_ words: [String]) throws(PolicyFault) -> [Detector] {
        var (detectors, batch, size): ([Detector], [String], Int) = ([], [], 0)
        for word in words.map(alternative) {
            if size + word.utf8.count > bytesEach, !batch.isEmpty {
                detectors.append(try detector(batch))
                (batch, size) = ([], 0)
            }
            batch.append(word)
            size += word.utf8.count
        }
        if !batch.isEmpty { detectors.append(try detector(batch)) }
        return detectors
    }

    private static func detector(_ alternatives: [String]) throws(PolicyFault) -> Detector {
        let text = "(?:" + alternatives.joined(separator: "|") + ")"
        return Detector(try Pattern(checked: text, [.caseless, .unicode], field: "rules.words"), kind: "word")
    }

    /// It stands alone, unless it begins or ends with something that is no part of a word, as in `c++`.
    private static func alternative(_ word: String) -> String {
        let letters = plain(word)
        var text = letters.first.map(isOfWord) == true ? #"(?<![\p{L}\p{N}_])"# : ""
        var index = letters.startIndex
        while index < letters.endIndex {
            text += piece(letters, &index)
        }
        return text + (letters.last.map(isOfWord) == true ? #"(?![\p{L}\p{N}\p{Mn}_])"# : "")
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
    }

    /// In lower case, without marks, with one space for several, and ß as ss.
    private static func plain(_ word: String) -> [Unicode.Scalar] {
        var letters: [Unicode.Scalar] = []
        for scalar in word.lowercased().unicodeScalars where scalar.properties.generalCategory != .nonspacingMark {
            switch scalar {
            case "ß": letters += ["s", "s"]
            case "’": letters.append("'")
            case _ where scalar.properties.isWhitespace: if letters.last != " " { letters.append(" ") }
            default: letters.append(LetterVariants.plain[scalar] ?? scalar)
            }
        }
        return letters
    }

    private static func piece(_ letters: [Unicode.Scalar], _ index: inout Int) -> String {
        let letter = letters[index]
        index += 1
        if letter == "s", index < letters.count, letters[index] == "s" {
            index += 1
            return "(?:\(written("s"))\(written("s"))|ß|ẞ)"
        }
        return written(letter)
    }

    private static func written(_ letter: Unicode.Scalar) -> String {
        switch letter {
        case " ": #"\s{1,4}"#
        case "'": "['’]"
        case _ where isOfWord(letter): "[\(letter)\(LetterVariants.table[letter] ?? "")]\\p{Mn}{0,3}+"
        default: "\\x{\(String(letter.value, radix: 16))}"
        }
    }
}
