/// The formats of a file of prompts.
package enum PromptFileFormat: String, Sendable, CaseIterable {
    /// RFC 4180 with a header line: CRLF or LF, quoted fields, a byte order mark or none.
    case csv
    /// An array of objects, one object, or an object that holds such an array as `prompts` or `items`.
    case json
    /// JSON Lines: one object a line.
    case jsonl
}

/// One prompt as a file has it, before any rule of the library has been asked.
package struct PromptDraft: Sendable, Equatable {
    /// The name, without the ASCII whitespace around it; never empty.
    package var name: String
    /// The text, byte for byte; never empty.
    package var body: String
    package var description: String?
    package var category: String?
    /// In the file's order, trimmed, none empty, none twice.
    package var tags: [String]
    /// Everything else the record holds, under the file's own names for it.
    package var metadata: [String: String]
    /// The line, counted from 1, on which the record starts.
    package var line: Int

    package init(
        name: String, body: String, description: String? = nil, category: String? = nil, tags: [String] = [],
        metadata: [String: String] = [:], line: Int
    ) {
        self.name = name
        self.body = body
        self.description = description
        self.category = category
        self.tags = tags
        self.metadata = metadata
        self.line = line
    }
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
    package var drafts: [PromptDraft]
    package var rejected: [RejectedRow]
    /// The names of what stands beside the list in a JSON object such as `{"version": 1, "prompts": […]}`: it
    /// belongs to no prompt and was not read. As the file has them: not yet safe to print.
    package var ignored: [String]

    package init(
        format: PromptFileFormat, drafts: [PromptDraft] = [], rejected: [RejectedRow] = [], ignored: [String] = []
    ) {
        self.format = format
        self.drafts = drafts
        self.rejected = rejected
        self.ignored = ignored
    }
}
