/// Reads the JSON of the rules (RFC 8259): one object, with texts, numbers, booleans and lists of texts in it.
///
/// Strict where `JSONDecoder` is not: a field given twice is a fault, and every fault names its field.
struct RuleScanner {
    let bytes: [UInt8]
    var index = 0
    /// The field that is being read, for messages.
    var field = "rules"

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func fault(_ message: String) -> PolicyFault { PolicyFault(field: field, message: message) }

    /// 0, which is no part of JSON outside of a text, behind the end.
    var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

    mutating func skipSpace() {
        while [0x20, 0x0A, 0x0D, 0x09].contains(current) { index += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func object() throws(PolicyFault) -> [(name: String, value: RuleValue)] {
        var fields: [(name: String, value: RuleValue)] = []
        guard take("{") else { throw fault("it has to be a JSON object") }
        if !take("}") {
            repeat {
                let field = try member()
                guard !fields.contains(where: { $0.name == field.name }) else {
                    throw PolicyFault(field: "rules.\(field.name)", message: "it is given twice")
                }
                fields.append(field)
            } while take(",")
            guard take("}") else { throw fault("an object goes on with a comma or ends with }") }
        }
        skipSpace()
        guard index == bytes.count else { throw fault("something follows the object") }
        return fields
    }

    private mutating func member() throws(PolicyFault) -> (name: String, value: RuleValue) {
        skipSpace()
        let name = try text()
        guard take(":") else { throw fault("a field's name is followed by a colon") }
        field = "rules.\(name)"
        let value = try value()
        field = "rules"
        return (name, value)
    }

    private mutating func value() throws(PolicyFault) -> RuleValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "["): return .texts(try texts())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("it has to be a text, a number, true, false or a list of texts")
        }
    }

    private mutating func texts() throws(PolicyFault) -> [String] {
        var texts: [String] = []
        index += 1
        if take("]") { return [] }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fault("each of the list has to be a text") }
            guard texts.count < PolicyLimits.rules else { throw fault("more than \(PolicyLimits.rules) entries") }
            texts.append(try text())
        } while take(",")
        guard take("]") else { throw fault("a list goes on with a comma or ends with ]") }
        return texts
    }

    private mutating func literal(_ word: String, _ value: RuleValue) throws(PolicyFault) -> RuleValue {
        guard bytes[index...].starts(with: word.utf8) else { throw fault("no value begins like this") }
        index += word.utf8.count
        return value
    }

    private mutating func number() throws(PolicyFault) -> RuleValue {
        let start = index
        while "+-.eE0123456789".utf8.contains(current) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw fault("\(text) is no number") }
        return .number(number)
    }
}
