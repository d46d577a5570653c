/// One thing that a policy found. It can be stored and shown as it is.
package struct Finding: Sendable, Hashable {
    /// `email`, `phone`, `card`, `iban`, `secret`; `threat`, `insult`, `self_harm`, `hate`, `word`, `pattern`;
    /// `forbidden`, `required`, `min_length`, `max_length`; `cost`, `latency`.
    package var kind: String
    /// Where it stands, in UTF-8 from the start of the text or the stream. Nil for what has no place.
    package var range: Range<Int>?
    /// From 0 to 1.
    package var confidence: Double
    /// What was found, with most of it masked. Never the whole.
    package var masked: String
    /// In US dollars, milliseconds or characters, by the kind.
    package var measured: Double?
    /// What it was measured against.
    package var threshold: Double?

    package init(
        kind: String, range: Range<Int>? = nil, confidence: Double = 1, masked: String = "", measured: Double? = nil,
        threshold: Double? = nil
    ) {
        (self.kind, self.range, self.confidence, self.masked) = (kind, range, confidence, masked)
        (self.measured, self.threshold) = (measured, threshold)
    }

    /// A pattern that ran into the limits of ``Pattern``: nobody knows whether it would have matched, so it counts.
    static let tooComplex = Finding(kind: "pattern", masked: "too complex")

    /// A required text that is not there. It is an admin's own, and needs no mask.
    static func missing(_ text: String) -> Finding { Finding(kind: "required", masked: text) }
}

/// Makes of a text one that may be stored.
enum Mask {
    /// Enough to recognise it by for whoever knows it: the first two and last two characters. Of a text of fewer than
    /// nine characters that would be too much, and nothing is left.
    static func masked(_ text: String) -> String {
        let shown = text.unicodeScalars.count < 9 ? 0 : 2
        let all = Array(text.unicodeScalars)
        let hidden = min(all.count - 2 * shown, 32)
        var result = String.UnicodeScalarView(all.prefix(shown))
        result.append(contentsOf: repeatElement("•", count: hidden))
        result.append(contentsOf: all.suffix(shown))
        return String(result)
    }
}
