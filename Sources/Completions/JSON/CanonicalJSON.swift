/// Canonical JSON (RFC 8785): one text for all that mean the same.
///
/// With one exception, on the safe side: a number that a double would not hold exactly stays as it is written, so
/// that two of them never become one.
enum CanonicalJSON {
    static func bytes(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        write(value, to: &bytes)
        return bytes
    }

    private static func write(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value {
        case .number(let text): bytes += number(text).utf8
        case .list(let elements): JSONValue.write(elements, "[", "]", to: &bytes) { write($0, to: &$1) }
        case .object(let object):
            let sorted = object.members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
            JSONValue.write(sorted, "{", "}", to: &bytes) {
                JSONText.write($0.name, to: &$1)
                $1.append(UInt8(ascii: ":"))
                write($0.value, to: &$1)
            }
        case .null, .boolean, .text: value.write(to: &bytes)
        }
    }

    /// As ECMAScript writes it.
    static func number(_ text: String) -> String {
        guard let value = Double(text), value.isFinite else { return text }
        if value == 0 { return "0" }
        if let whole = Int(text), Int(exactly: value) != whole { return text }
        if Int(text) == nil, significantDigits(text) > 17 { return text }
        let (digits, point) = shortest(value.magnitude)
        return (value < 0 ? "-" : "") + placed(digits, point)
    }

    private static func significantDigits(_ text: String) -> Int {
        let mantissa = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }.filter(isDigit)
        return mantissa.drop { $0 == UInt8(ascii: "0") }.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// The fewest digits that read back as the number, and where the point stands: 0.d1d2… times ten to that.
    private static func shortest(_ value: Double) -> (digits: [Character], point: Int) {
        let parts = value.description.split(separator: "e", maxSplits: 1)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let all = Array(halves[0]) + (halves.count > 1 ? Array(halves[1]) : [])
        let leading = all.prefix { $0 == "0" }.count
        var digits = Array(all.dropFirst(leading))
        while digits.last == "0" { digits.removeLast() }
        return (digits, halves[0].count + exponent - leading)
    }

    private static func placed(_ digits: [Character], _ point: Int) -> String {
        let text = String(digits)
        switch point {
        case digits.count...21 where digits.count <= point:
            return text + String(repeating: "0", count: point - digits.count)
        case 1...21 where point < digits.count:
            return String(digits[..<point]) + "." + String(digits[point...])
        case -5...0: return "0." + String(repeating: "0", count: -point) + text
        default:
            let rest = digits.count > 1 ? "." + String(digits[1...]) : ""
            return "\(digits[0])\(rest)e\(point > 0 ? "+" : "-")\((point - 1).magnitude)"
        }
    }
}
