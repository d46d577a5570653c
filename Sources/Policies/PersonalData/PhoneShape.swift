/// How a number is written: its groups of digits, and what stands between them.
struct PhoneShape {
    private var digits: [UInt8]
    private var groups: [Int]
    /// All that is no digit, in its order.
    private var marks: [UInt8]

    init(_ bytes: [UInt8], _ match: Range<Int>) {
        digits = bytes[match].filter(ASCII.isDigit)
        groups = Cards.groups(bytes, match).map(\.count)
        marks = bytes[match].filter { !ASCII.isDigit($0) }
    }

    private func has(_ mark: Unicode.Scalar) -> Bool { marks.contains(UInt8(ascii: mark)) }
    private func digit(_ index: Int) -> UInt8 { index < digits.count ? digits[index] & 0x0F : 0 }

    var isInternational: Bool { has("+") }

    /// Nil for what is no telephone number whatever stands before it.
    var confidence: Double? {
        guard (7...15).contains(digits.count), Set(digits).count > 1 else { return nil }
        guard marks.filter({ $0 == UInt8(ascii: "(") }).count <= 1, !isDecimal, !isDate, !isBook else { return nil }
        if isInternational { return international }
        guard !isDotted, !isHardware, groups.dropFirst().allSatisfy({ $0 > 1 }), groups != [3, 2, 4] else { return nil }
        return national
    }

    private var international: Double? {
        guard digit(0) != 0, digits.count >= 8 else { return nil }
        return digits.count >= 10 || groups.count > 1 ? 0.95 : 0.6
    }

    private var national: Double {
        if groups.count == 1 { return hasTrunk ? 0.35 : 0.3 }
        if isNorthAmerican { return 0.75 }
        if digits.prefix(2).elementsEqual("00".utf8), digits.count >= 11 { return 0.8 }
        if hasTrunk, (9...12).contains(digits.count) { return 0.65 }
        if has("("), digits.count >= 9 { return 0.65 }
        return 0.4
    }

    private var hasTrunk: Bool { digit(0) == 0 }

    /// (212) 555-0147, with or without the 1 of the country.
    private var isNorthAmerican: Bool {
        let offset = groups.first == 1 && digit(0) == 1 ? 1 : 0
        return Array(groups.dropFirst(offset)) == [3, 3, 4] && digit(offset) > 1 && digit(offset + 3) > 1
    }

    /// 1234567.89
    private var isDecimal: Bool {
        marks.filter { $0 != UInt8(ascii: "+") } == [UInt8(ascii: ".")]
    }

    /// Years first or last; and spans of years.
    private var isDate: Bool {
        guard !isInternational else { return false }
        let century = digit(0) * 10 + digit(1)
        if groups.first == 4, groups.dropFirst().allSatisfy({ $0 == 2 || $0 == 4 }), (15...21).contains(century) {
            return true
        }
        return groups.count == 3 && groups[2] == 4 && groups[0] <= 2 && groups[1] <= 2
    }

    /// ISBN: it begins with 978 or 979, or it ends with a check digit of its own.
    private var isBook: Bool {
        let prefix = digits.prefix(3)
        let isBookland = prefix.elementsEqual("978".utf8) || prefix.elementsEqual("979".utf8)
        return isBookland && digits.count == 13 || groups.count > 2 && groups.last == 1
    }

    /// Addresses of the internet, versions and identifiers of objects: only the forms 212.555.0147 and 01.23.45.67.89
    /// are telephone numbers.
    private var isDotted: Bool {
        guard has("."), marks.allSatisfy({ $0 == UInt8(ascii: ".") }) else { return false }
        return groups != [3, 3, 4] && groups != [2, 2, 2, 2, 2]
    }

    /// 00-14-22-01-23-45
    private var isHardware: Bool { groups.count == 6 && groups.allSatisfy { $0 == 2 } && !has(" ") }
}
