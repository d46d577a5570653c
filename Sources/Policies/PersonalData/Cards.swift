/// Payment cards: the length and the first digits of an issuer (ISO/IEC 7812-1, and the networks' public tables of
/// ranges), and the checksum of Luhn (ISO/IEC 7812-1, annex B).
enum Cards {
    private static let pattern = Detector.builtIn(
        #"(?<![A-Za-z0-9_.,+-])\d(?:[ -]{0,2}\d){12,50}+(?![A-Za-z0-9_]|[.,]\d)"#)

    static let detectors = [
        Detector(pattern) { sighting in
            guard let range = card(sighting.bytes, sighting.match) else { return nil }
            return Detector.Hit(kind: "card", range: range, confidence: 0.95)
        }
    ]

    /// A card may stand between other numbers, such as its date: each run of whole groups is tried, the longest of
    /// those that begin first. What a hyphen joins is not taken apart.
    private static func card(_ bytes: [UInt8], _ match: Range<Int>) -> Range<Int>? {
        let groups = groups(bytes, match)
        for first in groups.indices {
            if let end = end(bytes, groups[first...], in: match) { return groups[first].lowerBound..<end }
        }
        return nil
    }

    /// Where the longest card ends that begins with these groups.
    private static func end(_ bytes: [UInt8], _ groups: ArraySlice<Range<Int>>, in match: Range<Int>) -> Int? {
        var (digits, end): ([Int], Int?) = ([], nil)
        for group in groups {
            digits += bytes[group].map { Int($0 & 0x0F) }
            guard digits.count <= 19, let start = groups.first?.lowerBound else { break }
            if isCard(digits), !isJoined(bytes, start..<group.upperBound, in: match) { end = group.upperBound }
        }
        return end
    }

    private static func isJoined(_ bytes: [UInt8], _ range: Range<Int>, in match: Range<Int>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return range.lowerBound > match.lowerBound && bytes[range.lowerBound - 1] == hyphen
            || range.upperBound < match.upperBound && bytes[range.upperBound] == hyphen
    }

    static func groups(_ bytes: [UInt8], _ match: Range<Int>) -> [Range<Int>] {
        var (groups, start): ([Range<Int>], Int?) = ([], nil)
        for index in match {
            let isDigit = ASCII.isDigit(bytes[index])
            if isDigit, start == nil { start = index }
            if !isDigit, let begun = start {
                groups.append(begun..<index)
                start = nil
            }
        }
        if let start { groups.append(start..<match.upperBound) }
        return groups
    }

    private static func isCard(_ digits: [Int]) -> Bool {
        (13...19).contains(digits.count) && hasIssuer(digits) && isLuhn(digits)
    }

    static func isLuhn(_ digits: [Int]) -> Bool {
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let doubled = digit.element * (digit.offset % 2 + 1)
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }

    private static func hasIssuer(_ digits: [Int]) -> Bool {
        let (count, first) = (digits.count, digits.prefix(4).reduce(0) { $0 * 10 + $1 })
        switch first {
        case 4000...4999: return count == 13 || count == 16 || count == 19
        case 5100...5599, 2200...2204, 2221...2720: return count == 16
        case 3400...3499, 3700...3799: return count == 15
        case 3000...3059, 3095, 3600...3699, 3800...3999: return count == 14 || count == 16
        case 6011, 6440...6599, 3528...3589, 6200...6299, 8100...8171: return count >= 16
        case 5018, 5020, 5038, 5600...5899, 6304, 6390, 6700...6799: return true
        default: return false
        }
    }
}
