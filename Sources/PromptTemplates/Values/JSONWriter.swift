/// Writes JSON, with the fields of objects in the order of their names' bytes.
struct JSONWriter {
    private var bytes: [UInt8] = []
    /// Whether every element has a line of its own, indented by two spaces a level.
    private let isIndented: Bool

    static func text(_ value: TemplateValue, isIndented: Bool = false) throws(TemplateError) -> String {
        var writer = JSONWriter(isIndented: isIndented)
        try writer.write(value, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private init(isIndented: Bool) { self.isIndented = isIndented }

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
        guard !elements.isEmpty else { return write("[]") }
        write("[")
        for (index, element) in elements.enumerated() {
            startElement(isFirst: index == 0, depth: depth + 1)
            try write(element, depth: depth + 1)
        }
        breakLine(depth: depth)
        write("]")
    }

    private mutating func write(_ members: [String: TemplateValue], depth: Int) throws(TemplateError) {
        guard !members.isEmpty else { return write("{}") }
        write("{")
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, member) in sorted.enumerated() {
            startElement(isFirst: index == 0, depth: depth + 1)
            write(quoted: member.key)
            write(isIndented ? ": " : ":")
            try write(member.value, depth: depth + 1)
        }
        breakLine(depth: depth)
        write("}")
    }

    private mutating func startElement(isFirst: Bool, depth: Int) {
        if !isFirst { write(",") }
        breakLine(depth: depth)
    }

    private mutating func breakLine(depth: Int) {
        guard isIndented else { return }
        bytes.append(ASCII.newline)
        bytes += Array(repeating: ASCII.space, count: 2 * depth)
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
