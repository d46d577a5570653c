/// The numbers in brackets of a text.
enum Citations {
    private static let rangeMax = 20

    /// Takes out the numbers of sources that there are not, but for those in code.
    ///
    /// - Returns: the text, the numbers that it cites, and whether any were taken out.
    static func checked(_ text: String, known: ClosedRange<Int>) -> (text: String, cited: Set<Int>, hasUnknown: Bool) {
        var (cited, hasUnknown): (Set<Int>, Bool) = ([], false)
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            guard index.isMultiple(of: 2) else { return String(part) }
            return String(part).replacing(/[ \t]?\[\^?([0-9]{1,6}(?:\s*[,;\-–]\s*[0-9]{1,6})*)\]/) { match in
                let numbers = numbers(match.output.1)
                let valid = numbers.filter(known.contains)
                cited.formUnion(valid)
                if valid.count == numbers.count { return String(match.output.0) }
                hasUnknown = true
                let space = match.output.0.hasPrefix("[") || valid.isEmpty ? "" : " "
                return space + valid.map { "[\($0)]" }.joined()
            }
        }
        return (parts.joined(separator: "`"), cited, hasUnknown)
    }

    /// `1, 3-5` are four.
    private static func numbers(_ text: Substring) -> [Int] {
        let parts = text.split { ",;".contains($0) }
        return parts.flatMap { part -> [Int] in
            let ends = part.split { "-–".contains($0) }.compactMap { Int($0.filter(\.isNumber)) }
            guard let first = ends.first, let last = ends.last, first <= last, last - first < rangeMax else {
                return ends
            }
            return Array(first...last)
        }
    }
}
