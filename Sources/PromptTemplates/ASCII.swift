/// The bytes that templates, includes and JSON are built with.
enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let bang = UInt8(ascii: "!")
    static let quote = UInt8(ascii: "\"")
    static let hash = UInt8(ascii: "#")
    static let dollar = UInt8(ascii: "$")
    static let ampersand = UInt8(ascii: "&")
    static let closeParenthesis = UInt8(ascii: ")")
    static let comma = UInt8(ascii: ",")
    static let minus = UInt8(ascii: "-")
    static let dot = UInt8(ascii: ".")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let less = UInt8(ascii: "<")
    static let equals = UInt8(ascii: "=")
    static let greater = UInt8(ascii: ">")
    static let at = UInt8(ascii: "@")
    static let openBracket = UInt8(ascii: "[")
    static let backslash = UInt8(ascii: "\\")
    static let closeBracket = UInt8(ascii: "]")
    static let caret = UInt8(ascii: "^")
    static let underscore = UInt8(ascii: "_")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
}

extension UInt8 {
    /// A space or a tab: what may indent a line.
    var isBlank: Bool { self == ASCII.space || self == ASCII.tab }

    var isLineBreak: Bool { self == ASCII.newline || self == ASCII.carriageReturn }

    var isASCIISpace: Bool { self == ASCII.space || (0x09...0x0D).contains(self) }

    var isASCIIDigit: Bool { (0x30...0x39).contains(self) }

    /// Any byte of a character outside ASCII counts as a letter's.
    var isLetterLike: Bool {
        self == ASCII.underscore || self >= 0x80 || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
