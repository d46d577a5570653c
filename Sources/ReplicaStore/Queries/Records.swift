package import Changesets

/// A prompt's own row.
package struct PromptRecord: Hashable, Sendable {
    package var id: RowID
    package var name: String
    package var description: String
    package var category: String?
    package var status: String
    /// `workspace`, or `private`.
    package var visibility: String
    package var isTemplate: Bool
    /// Empty where nobody has said.
    package var templateFormat: String
    package var project: RowID?
    /// Unix milliseconds; nil for one that is not archived.
    package var archivedAt: Int64?
    package var createdAt: Int64
    package var createdBy: RowID?
}

/// What a version's body is.
package enum VersionType: String, Hashable, Sendable, Codable {
    case text
    /// Messages, each below a line with its role.
    case chat

    /// What a newer Offbook calls by another name is shown as the text that it is.
    init(stored: String) { self = VersionType(rawValue: stored) ?? .text }
}

/// A version without its text.
package struct VersionRecord: Hashable, Sendable {
    package var id: RowID
    package var prompt: RowID
    package var parents: [RowID]
    package var generation: Int
    package var kind: String
    package var type: VersionType
    package var message: String
    package var author: RowID?
    package var node: RowID?
    package var createdAt: Int64
}

/// A version's text and settings.
package struct VersionContent: Equatable, Sendable {
    package var body: [UInt8]
    /// JSON.
    package var settings: String
    /// JSON.
    package var variables: String
    package var type: VersionType

    package init(body: [UInt8], settings: String = "{}", variables: String = "[]", type: VersionType = .text) {
        self.body = body
        self.settings = settings
        self.variables = variables
        self.type = type
    }

    /// By bytes: Swift takes differently composed accents for the same.
    package static func == (a: Self, b: Self) -> Bool {
        a.type == b.type && a.body == b.body && a.settings.utf8.elementsEqual(b.settings.utf8)
            && a.variables.utf8.elementsEqual(b.variables.utf8)
    }

    /// Text that is not valid UTF-8 gets replacement characters.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// What a prompt without a version has.
    package static let empty = VersionContent(body: [])
}

package struct TipRecord: Hashable, Sendable {
    package var id: RowID
    package var prompt: RowID
    package var branch: String
    package var version: RowID
}

package struct GroupRecord: Hashable, Sendable {
    package var id: RowID
    package var name: String
    package var description: String
    package var visibility: String
    package var createdAt: Int64
    package var entries: Int
}

package struct GroupEntryRecord: Hashable, Sendable {
    package var id: RowID
    package var prompt: RowID
    package var promptName: String
    package var rank: String
}

package struct ProjectRecord: Hashable, Sendable {
    package var id: RowID
    package var name: String
    package var description: String
    package var status: String
    package var createdAt: Int64
    /// How many prompts are in it, archived ones too.
    package var prompts: Int
}

/// An entry of the conflict journal.
package struct ConflictRecord: Hashable, Sendable {
    package var id: RowID
    package var table: String
    package var row: RowID
    /// Empty for a delete that an edit overruled.
    package var column: String
    package var stamp: Stamp
    package var value: Value
}

/// How a prompt stands in a list.
package struct PromptSummary: Hashable, Sendable {
    package var prompt: PromptRecord
    package var tags: [String]
    /// Visible tips may be fewer: a tip that is an ancestor of another one counts here too.
    package var tips: Int
    /// The version that the tip points at, where there is but one.
    package var version: RowID?
    package var generation: Int?
    package var projectName: String?
    package var isFavourite: Bool
    /// Unix milliseconds of that version.
    package var editedAt: Int64?
}
