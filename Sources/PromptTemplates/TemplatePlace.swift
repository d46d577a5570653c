/// A place in a text: lines end at a newline, columns count Unicode scalars, both from 1.
package struct TemplatePlace: Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var column: Int
    /// The include whose text it is, as `name` or `name@label`; nil for the text that was asked for.
    package var include: String?

    package init(line: Int, column: Int, include: String? = nil) {
        self.line = line
        self.column = column
        self.include = include
    }

    /// For example `line 3, column 5` or `line 3, column 5 of "header@production"`.
    package var description: String {
        "line \(line), column \(column)" + (include.map { " of \(Wording.quoted($0))" } ?? "")
    }
}
