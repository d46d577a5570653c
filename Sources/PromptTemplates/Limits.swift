/// What no prompt needs more of. A text and its values may come from anywhere; the work they make must have an end.
package enum TemplateLimits {
    /// Bytes of a rendered text, and of all texts it includes.
    package static let outputBytes = 8 << 20
    /// Sections inside one another, and lists and objects inside one another.
    package static let nesting = 64
    /// Placeholders in the default of one another: `${a:${b}}` is one.
    package static let nestedDefaults = 5
    /// Includes inside one another.
    package static let nestedIncludes = 5
    /// Pieces written and rounds made: sections over lists inside one another can go on for ever and write nothing.
    package static let steps = 1_000_000
}
