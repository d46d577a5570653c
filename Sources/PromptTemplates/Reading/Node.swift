/// What a text consists of.
enum Node: Sendable {
    /// Bytes of the text, as they stand.
    case text(Range<Int>)
    case variable(VariableTag)
    case section(SectionTag)
    case include(IncludeTag)
}

/// A name as it is looked up: one part, several for mustache's `a.b`, and none for its `.`.
struct Path: Sendable {
    let parts: [Name]

    var text: String { parts.isEmpty ? "." : parts.map(\.text).joined(separator: ".") }
}

/// A placeholder.
struct VariableTag: Sendable {
    let path: Path
    let fallback: Fallback?
    let offset: Int
    let place: TemplatePlace
}

/// What stands in for a placeholder's value.
struct Fallback: Sendable {
    let nodes: [Node]
    /// For people: with the placeholders in it as they are written.
    let text: String
}

/// `{{#name}}…{{/name}}` or `{{^name}}…{{/name}}`.
struct SectionTag: Sendable {
    let path: Path
    let isInverted: Bool
    let offset: Int
    let place: TemplatePlace
    var body: [Node] = []
}

/// The place another prompt's text is put at.
struct IncludeTag: Sendable {
    let key: IncludeKey
    let place: TemplatePlace
}

/// Another prompt, as a text names it.
struct IncludeReference: Sendable, Hashable {
    let name: Name
    let label: Name?

    /// The last `@` parts name and label; without something on both its sides it is part of the name.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        let source = Source(text)
        let parting = bytes.lastIndex(of: ASCII.at) ?? bytes.count
        let name = source.trimmed(0..<parting, where: \.isASCIISpace)
        let label = source.trimmed(min(parting + 1, bytes.count)..<bytes.count, where: \.isASCIISpace)
        let isLabelled = !name.isEmpty && !label.isEmpty
        self.name = Name(isLabelled ? source.text(name) : text)
        self.label = isLabelled ? Name(source.text(label)) : nil
    }

    var text: String { label.map { "\(name.text)@\($0.text)" } ?? name.text }
}

/// Another prompt with each of its lines indented.
struct IncludeKey: Sendable, Hashable {
    let reference: IncludeReference
    let indent: [UInt8]
}
