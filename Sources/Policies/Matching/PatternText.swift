/// Looks at a regular expression for what would find something else in a stream than in the whole.
enum PatternText {
    static func check(_ text: String, isLiteral: Bool, field: String) throws(PolicyFault) {
        guard text.utf8.count <= PolicyLimits.patternBytes else {
            throw PolicyFault(field: field, message: "more than \(PolicyLimits.patternBytes) bytes")
        }
        if !isLiteral, let refused = refused(Array(text.utf8)) {
            throw PolicyFault(field: field, message: "\(refused) can't be used here, as streams are searched too")
        }
    }

    /// `\G` and `\K` move a match's beginning; a verb such as `(*COMMIT)` depends on where a search began.
    private static func refused(_ bytes: [UInt8]) -> String? {
        var (index, isInClass) = (0, false)
        while index < bytes.count {
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch bytes[index] {
            case UInt8(ascii: "\\"):
                if next == UInt8(ascii: "G") { return "\\G" }
                if next == UInt8(ascii: "K") { return "\\K" }
                index += next == UInt8(ascii: "Q") ? quoted(bytes, index) : 1
            case UInt8(ascii: "["):
                // A bracket that comes first in a class closes nothing.
                if !isInClass, next == UInt8(ascii: "]") { index += 1 }
                isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "(") where next == UInt8(ascii: "*") && !isInClass: return "(*"
            default: break
            }
            index += 1
        }
        return nil
    }

    /// How many bytes there are behind this one, until the last of `\E`.
    private static func quoted(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start + 2
        while index < bytes.count {
            if bytes[index...].starts(with: "\\E".utf8) { return index + 1 - start }
            index += 1
        }
        return bytes.count - start
    }
}
