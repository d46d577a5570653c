/// Writes compact JSON, with the fields of objects in the order of their names' bytes.
package struct JSONWriter {
    private var bytes: [UInt8] = []

    package static func text(_ value: TemplateValue) throws(TemplateError) -> String {
        var writer = JSONWriter()
        try writer.write(value, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private mutating func write(_ value: TemplateValue, depth: Int) throws(TemplateError) {
        guard depth <= TemplateLimits.nesting else { throw .nestingTooDeep(limit: TemplateLimits.nesting, at: nil) }
        guard bytes.count <= TemplateLimits.outputBytes else { throw .outputTooLarge }
        switch value {
        case .null: write("null")
        case .boolean(let boolean): write(boolean ? "true" : "false")
        case .number(let number): write(number)
        case .text(let text): write(quoted: text)
        case .list(let elements): try write(elements, depth: depth)
        case .object(let members): try write(members, depth: depth)
        }
    }

    private mutating func write(_ elements: [TemplateValue], depth: Int) throws(TemplateError) {
        write("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { write(",") }
            try write(element, depth: depth + 1)
        }
        write("]")
    }

    private mutating func write(_ members: [String: TemplateValue], depth: Int) throws(TemplateError) {
        write("{")
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, member) in sorted.enumerated() {
            if index > 0 { write(",") }
            write(quoted: member.key)
            write(":")
            try write(member.value, depth: depth + 1)
        }
        write("}")
    }

    private mutating func write(_ text: String) { bytes += text.utf8 }

    private mutating func write(quoted text: String) {
        bytes.append(ASCII.quote)
        for byte in text.utf8 {
            switch byte {
            case ASCII.quote, ASCII.backslash: bytes += [ASCII.backslash, byte]
            case ASCII.newline: write("\\n")
            case ASCII.carriageReturn: write("\\r")
            case ASCII.tab: write("\\t")
            case 0..<0x20: write("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))")
            default: bytes.append(byte)
            }
        }
        bytes.append(ASCII.quote)
    }
}
