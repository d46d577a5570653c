/// Finds the name someone may have meant.
enum Nearest {
    private static let longestName = 48
    private static let mostCandidates = 200

    /// The most similar of the names; nil where none is similar enough.
    static func name(to name: String, among candidates: [String]) -> String? {
        // Swift's `==` on purpose: names that look the same and differ in bytes are nearest of all.
        if let twin = candidates.first(where: { $0 == name }) { return twin }
        let target = folded(name)
        let limit = target.count < 3 ? 0 : max(1, target.count / 3)
        let near = candidates.prefix(mostCandidates).compactMap { candidate -> (name: String, distance: Int)? in
            distance(target, folded(candidate), limit: limit).map { (candidate, $0) }
        }
        return near.min { $0.distance < $1.distance }?.name
    }

    private static func folded(_ name: String) -> [Unicode.Scalar] {
        Array(name.lowercased().unicodeScalars.prefix(longestName + 1))
    }

    /// How many characters to insert, delete, replace or swap with the next: the optimal string alignment distance.
    private static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar], limit: Int) -> Int? {
        guard max(one.count, other.count) <= longestName, abs(one.count - other.count) <= limit else { return nil }
        var rows = [Array(0...other.count)]
        for index in one.indices { rows.append(row(index, of: one, other, above: rows)) }
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
