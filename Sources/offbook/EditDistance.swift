/// How far a mistyped word is from a known one.
enum EditDistance {
    /// Insertions, deletions and substitutions (Levenshtein 1966).
    static func between(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8.prefix(64)), Array(b.utf8.prefix(64)))
        var row = Array(0...b.count)
        for (place, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (column, other) in b.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
