/// A small generator of its own (SplitMix64), so that a seed gives the same cases on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) {
        state = UInt64(truncatingIfNeeded: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Texts from a small stock of words, so that lines and words often repeat.
struct RandomTexts {
    private var generator: SeededGenerator
    private let words = [
        "a", "b", "cat", "dog", " ", "  ", "\t", ", ", ".", "é", "e\u{301}", "漢", "字", "👩‍👩‍👧", "🇩🇪", "שלום",
        "\r", "\u{301}", "한", "",
    ]

    init(seed: Int) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func number(below bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &generator)
    }

    mutating func text(maxLines: Int) -> String {
        var text = ""
        for _ in 0..<number(below: maxLines + 1) { text += line() }
        // Removed as a scalar: "\r\n" is one Character.
        if number(below: 3) == 0, !text.isEmpty { text.unicodeScalars.removeLast() }
        return text
    }

    mutating func edited(_ text: String, times: Int) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<number(below: times + 1) {
            let place = number(below: scalars.count + 1)
            let length = min(number(below: 6), scalars.count - place)
            let new = number(below: 4) == 0 ? line() : word()
            scalars.replaceSubrange(place..<place + length, with: new.unicodeScalars)
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private mutating func line() -> String {
        var line = ""
        for _ in 0..<number(below: 5) { line += word() }
        return line + (number(below: 5) == 0 ? "\r\n" : "\n")
    }

    private mutating func word() -> String {
        words[number(below: words.count)]
    }
}
