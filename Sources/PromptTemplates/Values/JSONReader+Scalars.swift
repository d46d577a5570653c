extension JSONReader {
    mutating func number() throws(TemplateError) -> TemplateValue {
        let start = index
        while let current, Self.isOfNumber(current) { index += 1 }
        let text = source.text(start..<index)
        guard JSONNumber.isWellFormed(text) else {
            index = start
            throw fault("a value is a text in double quotes, a number, true, false, null, a list or an object")
        }
        return .number(text)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte == ASCII.dot || byte == ASCII.minus || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }

    /// Stands at a quote, and leaves off behind the one that closes it.
    mutating func string() throws(TemplateError) -> String {
        let opening = index
        var bytes: [UInt8] = []
        index += 1
        while let byte = current, byte != ASCII.quote {
            guard byte >= 0x20 else { throw fault("a control character in a text; write it as an escape") }
            index += 1
            if byte == ASCII.backslash { try takeEscape(into: &bytes) } else { bytes.append(byte) }
        }
        guard current == ASCII.quote else {
            index = opening
            throw fault("the text that opens here never ends; close its quote")
        }
        index += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Stands behind a backslash.
    private mutating func takeEscape(into bytes: inout [UInt8]) throws(TemplateError) {
        let byte = current
        index += 1
        switch byte {
        case ASCII.quote, ASCII.backslash, ASCII.slash: bytes.append(byte ?? ASCII.slash)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(ASCII.newline)
        case UInt8(ascii: "r"): bytes.append(ASCII.carriageReturn)
        case UInt8(ascii: "t"): bytes.append(ASCII.tab)
        case UInt8(ascii: "u"): bytes += String(try scalar()).utf8
        default: throw fault("an escape that JSON does not have")
        }
    }

    /// Stands behind `\u`; takes the second half of a pair too.
    private mutating func scalar() throws(TemplateError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(UInt16(truncatingIfNeeded: first)), source.has(Array("\\u".utf8), at: index) else {
            throw fault("half of a pair of \\u escapes; write both")
        }
        index += 2
        let second = try codeUnit()
        let pair = 0x1_0000 + ((first & 0x3FF) << 10 | second & 0x3FF)
        guard UTF16.isTrailSurrogate(UInt16(truncatingIfNeeded: second)), let scalar = Unicode.Scalar(pair) else {
            throw fault("half of a pair of \\u escapes; write both")
        }
        return scalar
    }

    private mutating func codeUnit() throws(TemplateError) -> UInt32 {
        let digits = source.text(index..<index + 4)
        guard digits.utf8.count == 4, digits.utf8.first != UInt8(ascii: "+"), let unit = UInt32(digits, radix: 16)
        else {
            throw fault("\\u is followed by four hexadecimal digits")
        }
        index += 4
        return unit
    }
}

/// The grammar of a number in RFC 8259.
enum JSONNumber {
    static func isWellFormed(_ text: String) -> Bool {
        var rest = text.utf8[...]
        _ = skip("-", in: &rest)
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let digits = skipDigits(in: &rest)
        guard digits == 1 || digits > 1 && !startsWithZero else { return false }
        if skip(".", in: &rest), skipDigits(in: &rest) == 0 { return false }
        if skip("e", in: &rest) || skip("E", in: &rest) {
            _ = skip("-", in: &rest) || skip("+", in: &rest)
            if skipDigits(in: &rest) == 0 { return false }
        }
        return rest.isEmpty
    }

    private static func skip(_ character: Unicode.Scalar, in rest: inout Substring.UTF8View) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func skipDigits(in rest: inout Substring.UTF8View) -> Int {
        let digits = rest.prefix(while: \.isASCIIDigit).count
        rest = rest.dropFirst(digits)
        return digits
    }
}
