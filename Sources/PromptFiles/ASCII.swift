/// The bytes that give a file its structure.
enum ASCII {
    static let nul = UInt8(0)
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let hash = UInt8(ascii: "#")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let semicolon = UInt8(ascii: ";")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
}

extension UInt8 {
    var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

    /// The whitespace of RFC 8259, which has no vertical tab and no form feed.
    var isJSONSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }

    var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
}

extension [UInt8] {
    /// Everything but a UTF-8 byte order mark at the start.
    var withoutMark: ArraySlice<UInt8> { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...] }
}

extension String {
    /// Without the ASCII whitespace at both ends, and nothing else changed.
    var trimmedASCII: String {
        guard let first = utf8.firstIndex(where: { !$0.isASCIISpace }),
            let last = utf8.lastIndex(where: { !$0.isASCIISpace })
        else { return "" }
        // By bytes: to a string, a space and an accent behind it are one character.
        return String(Substring(utf8[first...last]))
    }

    /// Swift's `==` holds "é" and "é" equal however they are composed; a file's names are told apart by their bytes.
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// With A to Z in lower case and nothing else changed.
    var asciiLowercased: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
