extension RuleScanner {
    /// With escapes resolved.
    mutating func text() throws(PolicyFault) -> String {
        guard current == UInt8(ascii: "\"") else { throw fault("a field begins with its name in double quotes") }
        index += 1
        var result: [UInt8] = []
        while current != UInt8(ascii: "\"") {
            guard current >= 0x20 else { throw fault("a text that never ends, or a control character in it") }
            if current == UInt8(ascii: "\\") {
                result += try escape().utf8
            } else {
                result.append(current)
                index += 1
            }
        }
        index += 1
        guard let text = String(validating: result, as: UTF8.self) else { throw fault("a text that is not UTF-8") }
        return text
    }

    /// Stands at a backslash.
    private mutating func escape() throws(PolicyFault) -> String {
        index += 2
        switch index <= bytes.count ? bytes[index - 1] : 0 {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedUnit()
        default: throw fault("an escape that JSON does not have")
        }
    }

    /// Stands behind `\u`. A pair of surrogates is one character; half of one is a fault.
    private mutating func escapedUnit() throws(PolicyFault) -> String {
        var units = [try unit()]
        if UTF16.isLeadSurrogate(units[0]), bytes[min(index, bytes.count)...].starts(with: "\\u".utf8) {
            index += 2
            units.append(try unit())
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw fault("half of a surrogate pair") }
        return text
    }

    private mutating func unit() throws(PolicyFault) -> UInt16 {
        guard index + 4 <= bytes.count else { throw fault("a text that never ends") }
        let digits = bytes[index..<index + 4]
        index += 4
        guard digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("\\u is followed by four hexadecimal digits") }
        return unit
    }
}
