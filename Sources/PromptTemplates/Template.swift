/// A text that has been read, ready to be filled in.
///
/// The rules are the mustache specification's (1.4) and those of Python's `str.format`; see ``TemplateFormat`` for what
/// is left out. Nothing in a text or a value is ever executed, and nothing is escaped.
///
/// A text may include another: as `{{> name}}` or `{{> name@label}}` in mustache, and as `@include(name)` or
/// `@include(name@label)` on a line of its own in every other format, where `@@include(` stands for a literal
/// `@include(`. The last `@` parts name and label. Either way, an indented line indents every line of what is included.
package struct Template: Sendable {
    package let format: TemplateFormat
    let source: Source
    let nodes: [Node]
    let outline: Outline

    /// Reads a text; what is wrong with it is thrown here, and not when it is rendered.
    package init(_ text: String, format: TemplateFormat) throws(TemplateError) {
        try self.init(Source(text), format: format)
    }

    init(_ source: Source, format: TemplateFormat) throws(TemplateError) {
        self.format = format
        self.source = source
        nodes = try format.nodes(of: source)
        outline = Outline(nodes)
    }

    /// What it takes, in the order in which each first appears, without what its includes take.
    ///
    /// In mustache it is the names one has to give: `a` for `{{a.b}}`. A name inside a section is among them, though
    /// the section's own value may hold it.
    package var variables: [Placeholder] { outline.variables }

    /// What it includes itself, in the order in which each first appears.
    package var includes: [TemplateInclude] { outline.includes }
}

/// Something a template takes, and where it first does.
package struct Placeholder: Sendable, Hashable {
    package var name: String
    /// The first default the text has for it; a placeholder in the default stands as it is written.
    package var defaultValue: String?
    package var line: Int
    package var column: Int

    package init(name: String, defaultValue: String? = nil, line: Int, column: Int) {
        self.name = name
        self.defaultValue = defaultValue
        self.line = line
        self.column = column
    }
}

/// Another prompt that a template includes, and where it first does.
package struct TemplateInclude: Sendable, Hashable {
    package var name: String
    package var label: String?
    package var line: Int
    package var column: Int

    package init(name: String, label: String? = nil, line: Int, column: Int) {
        self.name = name
        self.label = label
        self.line = line
        self.column = column
    }
}
