/// Ranks as text between which there is always another: to move one entry, only its own row changes.
///
/// Digits in base 62 after an imagined "0."; none ends in the zero digit, so that something always
/// fits below. The scheme is that of "Implementing Fractional Indexing" (David Greenspan, 2020),
/// with the whole number left out.
package enum FractionalRank {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A rank after `low` ("" for the very start) and before `high` (nil for the very end); nil where
    /// there is no room, or a rank is not one of ours.
    package static func between(_ low: String, _ high: String?) -> String? {
        guard let low = values(low), let high = high.map(values) ?? .some([]) else { return nil }
        guard high.isEmpty || low.lexicographicallyPrecedes(high) else { return nil }
        guard let middle = middle(low[...], high[...], isOpen: high.isEmpty) else { return nil }
        return text(middle)
    }

    /// Ranks for a whole list, with room between them.
    package static func evenly(_ count: Int) -> [String] {
        // Digits enough that no two are neighbours.
        var width = 1
        while power(width) <= count * 4 { width += 1 }
        return (1...max(1, count)).map { place in
            var rest = place * (power(width) / (count + 1))
            var values: [Int] = []
            for _ in 0..<width {
                values.insert(rest % digits.count, at: 0)
                rest /= digits.count
            }
            while values.last == 0 { values.removeLast() }
            return text(values.isEmpty ? [1] : values)
        }
    }

    private static func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { power, _ in power * digits.count } }

    private static func values(_ rank: String) -> [Int]? {
        let values = rank.utf8.map { digits.firstIndex(of: $0) ?? -1 }
        return values.contains(-1) || values.last == 0 ? nil : values
    }

    private static func text(_ values: [Int]) -> String {
        String(decoding: values.map { digits[$0] }, as: UTF8.self)
    }

    private static func middle(_ low: ArraySlice<Int>, _ high: ArraySlice<Int>, isOpen: Bool) -> [Int]? {
        let bottom = low.first ?? 0
        let top = isOpen ? digits.count : high.first ?? 0
        if bottom == top {
            guard !isOpen, !high.isEmpty else { return nil }
            return middle(low.dropFirst(), high.dropFirst(), isOpen: false).map { [bottom] + $0 }
        }
        if top - bottom > 1 { return [(bottom + top) / 2] }
        // Neighbours: below the upper one there is room only after the lower one's digits.
        return middle(low.dropFirst(), [], isOpen: true).map { [bottom] + $0 }
    }
}
