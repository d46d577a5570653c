/// Walks over JSON (RFC 8259) and checks its grammar, without building anything.
///
/// The gateway looks at a few fields of what it passes on. Whatever lies between them costs one look at each byte.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// 0, which is no part of JSON outside of a text, behind the end.
    @inline(__always)
    var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

    func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: index) }

    @inline(__always)
    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    /// Whether this comes next, past any space; where it does, it is taken.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        index += 1
        return true
    }

    mutating func end() throws(JSONFault) {
        skipSpace()
        guard index == bytes.count else { throw fault("something follows the value") }
    }

    /// - Returns: where the value stands.
    mutating func skipValue(depth: Int = 0) throws(JSONFault) -> Range<Int> {
        skipSpace()
        let start = index
        switch current {
        case UInt8(ascii: "\""): _ = try skipString()
        case UInt8(ascii: "{"): try members(depth: depth) { (_, _) throws(JSONFault) in }
        case UInt8(ascii: "["): try elements(depth: depth) { (_) throws(JSONFault) in }
        case UInt8(ascii: "t"): try skip("true")
        case UInt8(ascii: "f"): try skip("false")
        case UInt8(ascii: "n"): try skip("null")
        default: try skipNumber()
        }
        return start..<index
    }

    /// Stands at a brace. Tells of each member: where its name with the quotes stands, and where its value.
    mutating func members(
        depth: Int, _ found: (Range<Int>, Range<Int>) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try enter(depth)
        if take(UInt8(ascii: "}")) { return }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fault("a field begins with its name in double quotes") }
            let name = try skipString()
            guard take(UInt8(ascii: ":")) else { throw fault("a field's name is followed by a colon") }
            try found(name, try skipValue(depth: depth + 1))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("an object goes on with a comma or ends with }") }
    }

    /// Stands at a bracket.
    mutating func elements(
        depth: Int, _ found: (Range<Int>) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try enter(depth)
        if take(UInt8(ascii: "]")) { return }
        repeat { try found(try skipValue(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("a list goes on with a comma or ends with ]") }
    }

    mutating func enter(_ depth: Int) throws(JSONFault) {
        guard depth < JSONLimits.nesting else { throw fault("more than \(JSONLimits.nesting) levels") }
        index += 1
    }

    /// Stands at a quote. Escapes are checked where the text is read.
    mutating func skipString() throws(JSONFault) -> Range<Int> {
        let start = index
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return start..<index }
            if byte == UInt8(ascii: "\\") { index += 1 }
            guard byte >= 0x20 else { throw fault("a control character in a text") }
        }
        index = start
        throw fault("a text that never ends")
    }

    private mutating func skip(_ word: StaticString) throws(JSONFault) {
        let count = word.utf8CodeUnitCount
        guard index + count <= bytes.count,
            (0..<count).allSatisfy({ bytes[index + $0] == word.utf8Start[$0] })
        else { throw fault("no value begins like this") }
        index += count
    }
}
