/// Made-up words, a few of them frequent and many rare, as in a language: text that compresses
/// about as prose does.
struct Vocabulary {
    private let words: [String]

    init(_ random: inout SplitMix64) {
        words = (0..<4000).map { place in Self.word(syllables: place < 100 ? 1...2 : 2...4, &random) }
    }

    private static func word(syllables: ClosedRange<Int>, _ random: inout SplitMix64) -> String {
        let onsets = ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "th", "tr", "w"]
        let rimes = ["a", "e", "i", "o", "u", "an", "ar", "ed", "en", "er", "es", "in", "ing", "on", "or", "ou"]
        return (0..<Int.random(in: syllables, using: &random)).map { _ in
            onsets[Int.random(in: 0..<onsets.count, using: &random)]
                + rimes[Int.random(in: 0..<rimes.count, using: &random)]
        }.joined()
    }

    /// By Zipf's law, roughly: the logarithm of the rank is evenly spread.
    private func word(_ random: inout SplitMix64) -> String {
        var rank = words.count
        for _ in 0..<Int.random(in: 0...11, using: &random) { rank /= 2 }
        return words[Int.random(in: 0..<max(rank, 1), using: &random)]
    }

    /// Words until there are so many bytes.
    func text(ofBytes count: Int, _ random: inout SplitMix64) -> String {
        var text = word(&random)
        while text.utf8.count < count { text += " " + word(&random) }
        return text
    }

    /// Words of a short list, until there are so many bytes.
    static func few(ofBytes count: Int, _ random: inout SplitMix64) -> String {
        let words = [
            "prompt", "answer", "the", "question", "summarise", "user", "system", "context", "role", "json", "with",
            "careful", "steps", "return", "only", "list", "of", "words", "model", "output", "input", "style", "tone",
            "version",
        ]
        var text = ""
        while text.utf8.count < count { text += words[Int.random(in: 0..<words.count, using: &random)] + " " }
        return String(text.prefix(count))
    }

    /// One of the twenty most frequent words.
    func category(_ random: inout SplitMix64) -> String { words[Int.random(in: 0..<20, using: &random)] }
}
