/// Texts inside JSON.
enum JSONText {
    /// - Parameter range: where the text stands, with its quotes.
    /// - Throws: `JSONFault` for an escape that JSON does not have, half of a surrogate pair, and bytes that are not
    ///   UTF-8.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) throws(JSONFault) -> String {
        let inner = UnsafeBufferPointer(rebasing: bytes[range.lowerBound + 1..<range.upperBound - 1])
        guard inner.contains(UInt8(ascii: "\\")) else { return try string(inner, at: range.lowerBound) }
        var unescaped = Unescaper(bytes: inner, origin: range.lowerBound + 1)
        return try unescaped.all().withUnsafeBufferPointer { (text) throws(JSONFault) in
            try string(text, at: range.lowerBound)
        }
    }

    private static func string(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONFault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONFault(reason: "a text that is not UTF-8", offset: offset)
        }
        return text
    }

    /// With its quotes.
    static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += "\\b".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0..<0x20: bytes += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

private struct Unescaper {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where the bytes stand in the whole, for messages.
    let origin: Int
    var index = 0

    mutating func all() throws(JSONFault) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        while let byte = next() {
            if byte == UInt8(ascii: "\\") { try takeEscape(into: &result) } else { result.append(byte) }
        }
        return result
    }

    private mutating func next() -> UInt8? {
        guard index < bytes.count else { return nil }
        defer { index += 1 }
        return bytes[index]
    }

    private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: origin + index) }

    private mutating func takeEscape(into result: inout [UInt8]) throws(JSONFault) {
        switch next() {
        case UInt8(ascii: "\""): result.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): result.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result += String(Character(try scalar())).utf8
        default: throw fault("an escape that JSON does not have")
        }
    }

    private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
            throw fault("half of a pair of \\u escapes")
        }
        let second = try codeUnit()
        let pair = 0x1_0000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
        guard UTF16.isTrailSurrogate(second), let scalar = Unicode.Scalar(pair) else {
            throw fault("half of a pair of \\u escapes")
        }
        return scalar
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault("\\u is followed by four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
