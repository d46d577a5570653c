/// How far one detector has searched a text that may still grow.
///
/// What is found does not depend on how the text grows. A match that begins at a place may reach for as many bytes as
/// ``Detector/reach`` from there; whether there is one is decided as soon as PCRE2 comes to a decision
/// without touching the end (`PCRE2_PARTIAL_HARD`), or when all of those bytes are there.
struct Scan: Sendable {
    /// Everything that begins before this is decided.
    var position = 0
    /// A pattern that was too complex once is not tried again.
    private(set) var hasEnded = false
    /// How many bytes have to come before it is worth looking again.
    private var patience = 0
    /// How many matches turned out too long. Each has cost a look at all of its bytes, and such a pattern may begin one
    /// at every place.
    private var longMatches = 0

    enum Step {
        case hit(Detector.Hit)
        case tooComplex
        /// Nothing more, until more comes.
        case pending
    }

    /// Tells that more has come. Something long and undecided is looked at again only after it has grown by a quarter,
    /// so that the work stays linear however small the chunks.
    mutating func grew(by count: Int) { patience -= min(count, patience) }

    mutating func next(
        _ detector: Detector, in bytes: [UInt8], isFinal: Bool, _ data: borrowing MatchData
    ) -> Step {
        guard !hasEnded, isFinal || patience == 0 else { return .pending }
        while position < bytes.count {
            let end = Self.end(of: bytes, from: position, reach: detector.reach)
            let isLast = end == bytes.count
            let isOpen = !(isLast && isFinal)
            switch detector.pattern.first(in: bytes, from: position, to: end, isOpen: isOpen, data) {
            case .none: position = end
            case .partial(let start) where start > position && !isLast: position = start
            case .partial where !isLast && longMatches < PolicyLimits.longMatches:
                longMatches += 1
                position = Self.next(bytes, position)
            case .partial(let start) where isLast: return wait(start, bytes.count, detector.reach)
            case .tooComplex, .partial:
                hasEnded = true
                return .tooComplex
            case .match(let match, let value):
                if let hit = settle(detector, bytes, match, value) { return .hit(hit) }
            }
        }
        return .pending
    }

    private mutating func wait(_ start: Int, _ count: Int, _ reach: Int) -> Step {
        position = start
        let open = count - start
        patience = open < 512 ? 0 : min(open / 4, max(0, reach + 1 - open))
        return .pending
    }

    /// Behind a hit the search goes on. What was no hit is searched once more from its value, which may hold another.
    private mutating func settle(
        _ detector: Detector, _ bytes: [UInt8], _ match: Range<Int>, _ value: Range<Int>
    ) -> Detector.Hit? {
        let hit = detector.judge(Detector.Sighting(bytes: bytes, match: match, value: value))
        let isWorthAnother = value.lowerBound > match.lowerBound
        let resumed = hit?.range.upperBound ?? (isWorthAnother ? value.lowerBound : match.upperBound)
        position = max(resumed, Self.next(bytes, position))
        return hit
    }

    private static func end(of bytes: [UInt8], from position: Int, reach: Int) -> Int {
        guard bytes.count - position > reach else { return bytes.count }
        var end = position + reach
        while end > position + 1, ASCII.isContinuation(bytes[end]) { end -= 1 }
        return end
    }

    private static func next(_ bytes: [UInt8], _ position: Int) -> Int {
        var next = position + 1
        while next < bytes.count, ASCII.isContinuation(bytes[next]) { next += 1 }
        return next
    }
}
