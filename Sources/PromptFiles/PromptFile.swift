/// The formats of a file of prompts.
package enum PromptFileFormat: String, Sendable, CaseIterable {
    /// RFC 4180 with a header line: CRLF or LF, quoted fields, a byte order mark or none.
    case csv
    /// An array of objects, one object, or an object that holds such an array as `prompts` or `items`.
    case json
    /// JSON Lines: one object a line.
    case jsonl
}

/// A record that could not be read, while the rest of its file could.
package struct RejectedRow: Sendable, Equatable {
    /// The line, counted from 1, on which the record starts.
    package var line: Int
    /// What is wrong with it and what to do about it: safe to print, whatever the file holds.
    package var reason: String

    package init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}

/// What was read from a file of prompts, in the file's order.
package struct PromptFile: Sendable, Equatable {
    package var format: PromptFileFormat
    /// Each with a text, and each of several with a name, neither of them empty.
    package var documents: [PlacedDocument]
    package var rejected: [RejectedRow]
    /// The names of what stands beside the list in a JSON object such as `{"version": 1, "prompts": […]}`: it
    /// belongs to no prompt and was not read. As the file has them: not yet safe to print.
    package var ignored: [String]

    package init(
        format: PromptFileFormat, documents: [PlacedDocument] = [], rejected: [RejectedRow] = [],
        ignored: [String] = []
    ) {
        self.format = format
        self.documents = documents
        self.rejected = rejected
        self.ignored = ignored
    }
}
