package import PromptTemplates

/// One prompt as a file has it, before any rule of the library has been asked. Nil says that the file says nothing.
package struct PromptDocument: Sendable, Equatable {
    package var name: String?
    package var description: String?
    package var category: String?
    package var project: String?
    package var tags: [String]?
    package var isTemplate: Bool?
    package var templateFormat: TemplateFormat?
    /// Whether the body is a chat, as ``ChatText`` has it.
    package var isChat = false
    package var body: String
    /// Such as `model`, `temperature` and `max_tokens`.
    package var settings: [String: TemplateValue] = [:]
    package var variables: [TemplateVariable] = []
    /// Everything else the file holds, under its own names.
    package var metadata: [String: String]?
    /// Which version each label named when the file was written: to read, not to act upon.
    package var labels: [String: String]?
    package var origin: Origin?

    package init(body: String) { self.body = body }
}

extension PromptDocument {
    /// What a file was exported from.
    package struct Origin: Sendable, Equatable {
        /// The prompt's id, in hexadecimal digits.
        package var promptID: String
        /// The id of the version whose text it is, in hexadecimal digits.
        package var versionID: String
        /// The checksum that each field had then, by the names of ``Field``.
        package var fieldBase: [String: String]

        package init(promptID: String, versionID: String, fieldBase: [String: String] = [:]) {
            self.promptID = promptID
            self.versionID = versionID
            self.fieldBase = fieldBase
        }
    }

    /// What a prompt has beside its versions.
    package enum Field: String, Sendable, CaseIterable {
        case name, description, category, project, tags, metadata
        /// Whether it is a template, and its format.
        case template
    }
}

/// A prompt, and where it was found.
package struct PlacedDocument: Sendable, Equatable {
    package var document: PromptDocument
    /// Relative to the folder that was read; nil where a file was.
    package var path: String?
    /// The line, counted from 1, on which it starts.
    package var line: Int

    package init(_ document: PromptDocument, path: String? = nil, line: Int) {
        self.document = document
        self.path = path
        self.line = line
    }
}
