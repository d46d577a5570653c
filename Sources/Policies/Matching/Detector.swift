/// Something to look for: a regular expression finds what may be it, and a judge says whether it is.
struct Detector: Sendable {
    /// What may be a hit.
    struct Sighting {
        var bytes: [UInt8]
        var match: Range<Int>
        /// The first group that is captured, or the whole.
        var value: Range<Int>

        var text: String { String(decoding: bytes[value], as: UTF8.self) }

        /// The bytes that come before the match, in lower case where they are ASCII. A judge may look at no more: it
        /// is all that a stream keeps.
        func before(_ count: Int) -> [UInt8] {
            let start = max(0, match.lowerBound - min(count, PolicyLimits.contextBytes))
            return bytes[start..<match.lowerBound].map(ASCII.lowercased)
        }
    }

    struct Hit {
        var kind: String
        var range: Range<Int>
        var confidence: Double
    }

    typealias Judge = @Sendable (Sighting) -> Hit?

    var pattern: Pattern
    /// A byte that no match is without. Where a whole text has none of it, there is nothing to search for.
    var needs: UInt8?
    /// How long a match may be.
    var reach: Int
    var judge: Judge

    init(
        _ pattern: Pattern, needs: UInt8? = nil, reach: Int = PolicyLimits.matchBytes, judge: @escaping Judge
    ) {
        (self.pattern, self.needs, self.reach, self.judge) = (pattern, needs, reach, judge)
    }

    /// Each match is a hit.
    init(_ pattern: Pattern, kind: String, confidence: Double = 1) {
        self.init(pattern) { Hit(kind: kind, range: $0.value, confidence: confidence) }
    }

    /// A pattern that comes with the program: tests compile each.
    static func builtIn(_ text: String, _ options: Pattern.Options = []) -> Pattern {
        do {
            return try Pattern(checked: text, options, field: "builtin")
        } catch {
            preconditionFailure("a built-in pattern is wrong: \(error)")
        }
    }
}
