internal import PromptTemplates

/// Writes values as YAML that people read and compare: keys in the order of their bytes, one element a line, texts of
/// several lines as blocks.
///
/// Its own, as the library's emitter spells out every emoji and loses the difference between line ends.
struct YAMLWriter {
    private var text = ""

    /// The fields, each ending with a newline; nothing at all where there are none.
    static func text(_ fields: [String: TemplateValue]) throws(PromptFileError) -> String {
        var writer = YAMLWriter()
        try writer.write(fields, depth: 0, isStarted: false)
        return writer.text
    }

    /// Stands behind a key's colon or a dash.
    private mutating func write(_ value: TemplateValue, depth: Int) throws(PromptFileError) {
        switch value {
        case .null: text += " null\n"
        case .boolean(let boolean): text += boolean ? " true\n" : " false\n"
        case .number(let number): text += " \(number)\n"
        case .text(let string): text += " \(YAMLText.written(string, indent: Self.indent(depth)))\n"
        case .list(let elements):
            guard !elements.isEmpty else { return text += " []\n" }
            text += "\n"
            try write(elements, depth: depth, isStarted: false)
        case .object(let members):
            guard !members.isEmpty else { return text += " {}\n" }
            text += "\n"
            try write(members, depth: depth, isStarted: false)
        }
    }

    /// - Parameter isStarted: whether the first line has its indent already.
    private mutating func write(
        _ members: [String: TemplateValue], depth: Int, isStarted: Bool
    ) throws(PromptFileError) {
        try check(depth)
        var isStarted = isStarted
        for (key, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            if !isStarted { text += Self.indent(depth) }
            isStarted = false
            write(key: key, depth: depth)
            try write(value, depth: depth + 1)
        }
    }

    private mutating func write(
        _ elements: [TemplateValue], depth: Int, isStarted: Bool
    ) throws(PromptFileError) {
        try check(depth)
        var isStarted = isStarted
        for element in elements {
            text += isStarted ? "-" : "\(Self.indent(depth))-"
            isStarted = false
            try write(element: element, depth: depth + 1)
        }
    }

    /// A list or an object begins on the line of its dash.
    private mutating func write(element: TemplateValue, depth: Int) throws(PromptFileError) {
        switch element {
        case .list(let elements) where !elements.isEmpty:
            text += " "
            try write(elements, depth: depth, isStarted: true)
        case .object(let members) where !members.isEmpty:
            text += " "
            try write(members, depth: depth, isStarted: true)
        default: try write(element, depth: depth)
        }
    }

    /// A key too long to be one without a mark gets it.
    private mutating func write(key: String, depth: Int) {
        let written = YAMLText.writtenOnOneLine(key)
        text += written.utf8.count > YAMLText.keyBytesMax ? "? \(written)\n\(Self.indent(depth)):" : "\(written):"
    }

    private func check(_ depth: Int) throws(PromptFileError) {
        guard depth <= TemplateLimits.nesting else { throw .nestedTooDeep(line: 1) }
    }

    private static func indent(_ depth: Int) -> String { String(repeating: " ", count: 2 * depth) }
}
