internal import ReplicaStore

/// A stretch of a snippet: a match, or what stands around one.
package struct SnippetPart: Encodable, Sendable, Equatable {
    package var text: String
    package var isMatch: Bool

    enum CodingKeys: String, CodingKey {
        case text
        case isMatch = "is_match"
    }
}

/// The place in a text that says why it was found.
enum Snippet {
    private static let scalarsBefore = 40
    private static let scalarsMax = 160
    /// Where to stop looking in a very long text.
    private static let scalarsSearched = 200_000

    static func of(_ text: String, matching query: String) -> [SnippetPart] {
        let scalars = Array(text.unicodeScalars.prefix(scalarsSearched))
        let folded = scalars.map(Self.folded)
        let terms = query.split { $0.isWhitespace || $0 == "\"" }.map { $0.unicodeScalars.map(Self.folded) }
        let isMatch = matches(of: terms, in: folded)
        let first = isMatch.firstIndex(of: true) ?? 0
        let start = max(0, first - scalarsBefore)
        let end = min(scalars.count, start + scalarsMax)
        var parts = parts(scalars[start..<end], isMatch[start..<end])
        if start > 0 { parts.insert(SnippetPart(text: "…", isMatch: false), at: 0) }
        if end < text.unicodeScalars.count { parts.append(SnippetPart(text: "…", isMatch: false)) }
        return parts
    }

    private static func matches(of terms: [[Unicode.Scalar]], in text: [Unicode.Scalar]) -> [Bool] {
        var isMatch = Array(repeating: false, count: text.count)
        for term in terms where !term.isEmpty && term.count <= text.count {
            for place in 0...(text.count - term.count) where text[place] == term[0] {
                guard text[place..<place + term.count].elementsEqual(term) else { continue }
                for offset in place..<place + term.count { isMatch[offset] = true }
            }
        }
        return isMatch
    }

    private static func parts(_ scalars: ArraySlice<Unicode.Scalar>, _ isMatch: ArraySlice<Bool>) -> [SnippetPart] {
        var parts: [SnippetPart] = []
        for (scalar, isMatch) in zip(scalars, isMatch) {
            let shown = scalar.properties.isWhitespace || scalar.properties.generalCategory == .control ? " " : scalar
            if parts.last?.isMatch == isMatch {
                parts[parts.count - 1].text.unicodeScalars.append(shown)
            } else {
                parts.append(SnippetPart(text: String(shown), isMatch: isMatch))
            }
        }
        return parts
    }

    /// Without case, and without the marks on Latin letters, as the index compares: é is “LATIN SMALL
    /// LETTER E WITH ACUTE”.
    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let lower = LetterFolding.folded(scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar)
        guard lower.value >= 0xC0, lower.value < 0x1F00, let name = lower.properties.name,
            name.hasPrefix("LATIN SMALL LETTER "), let letter = name.dropFirst(19).split(separator: " ").first,
            letter.count == 1
        else { return lower }
        return letter.lowercased().unicodeScalars.first ?? lower
    }
}
