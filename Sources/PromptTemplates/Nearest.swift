/// Finds the names someone may have meant.
package enum Nearest {
    private static let longestName = 48
    private static let mostCandidates = 100_000
    /// Shorter ones are part of too many names by accident.
    private static let shortestPart = 3

    /// The most similar of the names; nil where none is similar enough.
    static func name(to name: String, among candidates: [String]) -> String? {
        // Swift's `==` on purpose: names that look the same and differ in bytes are nearest of all.
        if let twin = candidates.first(where: { $0 == name }) { return twin }
        return byDistance(name, candidates).min { $0.distance < $1.distance }?.name
    }

    /// Names that are spelt alike or have the given one as a part of them, the likeliest first.
    package static func names(to name: String, among candidates: [String], most: Int = 3) -> [String] {
        let target = folded(name)
        let parts = candidates.prefix(mostCandidates).compactMap { candidate -> (name: String, distance: Int)? in
            // As one more letter amiss: it is likelier that a name was cut short than that it was spelt so badly.
            guard target.count >= shortestPart, let place = place(of: target, in: candidate.lowercased().unicodeScalars)
            else { return nil }
            return (candidate, place == 0 ? 1 : 2)
        }
        var seen: Set<String> = []
        // A stable order: by likeness, then as they came.
        let ranked = (byDistance(name, candidates) + parts).enumerated()
            .sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
        return Array(ranked.map(\.element.name).filter { seen.insert($0).inserted }.prefix(most))
    }

    private static func byDistance(_ name: String, _ candidates: [String]) -> [(name: String, distance: Int)] {
        let target = folded(name)
        let limit = target.count < 3 ? 0 : max(1, target.count / 3)
        return candidates.prefix(mostCandidates).compactMap { candidate in
            // Bytes are counted already, letters are not: no letter has more than four.
            let bytes = candidate.utf8.count
            guard bytes >= target.count - limit, bytes <= 4 * (target.count + limit) else { return nil }
            return distance(target, folded(candidate), limit: limit).map { (candidate, $0) }
        }
    }

    private static func folded(_ name: String) -> [Unicode.Scalar] {
        Array(name.lowercased().unicodeScalars.prefix(longestName + 1))
    }

    private static func place(of part: [Unicode.Scalar], in text: String.UnicodeScalarView) -> Int? {
        guard let first = part.first else { return nil }
        var place = 0
        var rest = text[...]
        while !rest.isEmpty {
            if rest.first == first, rest.starts(with: part) { return place }
            rest = rest.dropFirst()
            place += 1
        }
        return nil
    }

    /// How many characters to insert, delete, replace or swap with the next: the optimal string alignment distance.
    private static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar], limit: Int) -> Int? {
        guard max(one.count, other.count) <= longestName, abs(one.count - other.count) <= limit else { return nil }
        var rows = [Array(0...other.count)]
        for index in one.indices {
            let row = row(index, of: one, other, above: rows)
            guard let least = row.min(), least <= limit else { return nil }
            rows.append(row)
        }
        return rows.last?.last.flatMap { $0 <= limit ? $0 : nil }
    }

    /// How far the first `index + 1` characters of one are from each start of the other.
    private static func row(
        _ index: Int, of one: [Unicode.Scalar], _ other: [Unicode.Scalar], above rows: [[Int]]
    ) -> [Int] {
        var row = [index + 1]
        for place in other.indices {
            let replaced = rows[index][place] + (one[index] == other[place] ? 0 : 1)
            var least = min(replaced, rows[index][place + 1] + 1, row[place] + 1)
            if index > 0, place > 0, one[index] == other[place - 1], one[index - 1] == other[place] {
                least = min(least, rows[index - 1][place - 1] + 1)
            }
            row.append(least)
        }
        return row
    }
}
