/// What counts as one letter in a search beyond what FTS5 folds, which is case, and the marks of Latin
/// letters: Greek letters are found without their accents, and the Russian ё as е, as people type.
package enum LetterFolding {
    private static let greek: [String: Unicode.Scalar] = {
        let letters = (0x0391...0x03C9).compactMap { Unicode.Scalar($0) }
        return Dictionary(letters.compactMap { letter in letter.properties.name.map { ($0, letter) } }) { first, _ in
            first
        }
    }()

    package static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x0386...0x03CE, 0x1F00...0x1FFC: withoutAccent(scalar)
        case 0x0401, 0x0451: "е"
        default: scalar
        }
    }

    /// Ά is “GREEK CAPITAL LETTER ALPHA WITH TONOS”.
    private static func withoutAccent(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard let name = scalar.properties.name, let end = name.firstRange(of: " WITH ")?.lowerBound else {
            return scalar
        }
        return greek[String(name[..<end])] ?? scalar
    }
}
