extension JSONScanner {
    /// By the grammar of RFC 8259, section 6.
    mutating func skipNumber() throws(JSONFault) {
        if current == UInt8(ascii: "-") { index += 1 }
        guard isDigit else { throw fault(index >= bytes.count ? "it ends too early" : "no value begins like this") }
        if current == UInt8(ascii: "0") { index += 1 } else { skipDigits() }
        if current == UInt8(ascii: ".") {
            index += 1
            try someDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") { index += 1 }
            try someDigits()
        }
    }

    private var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) }

    private mutating func skipDigits() { while isDigit { index += 1 } }

    private mutating func someDigits() throws(JSONFault) {
        guard isDigit else { throw fault("a digit is missing in a number") }
        skipDigits()
    }
}
