internal import Changesets
package import PromptTemplates
internal import ReplicaStore

/// What the faces print, with the field names that they promise. Times are Unix milliseconds, ids
/// hexadecimal digits. What has no value is left out.
package struct PromptView: Encodable, Sendable, Equatable {
    package var id: String
    package var name: String
    package var description: String
    package var category: String?
    package var status: String
    package var tags: [String]
    package var project: String?
    package var isTemplate: Bool
    package var isFavourite: Bool
    package var isArchived: Bool
    /// The head's name, such as `v7`.
    package var version: String?
    package var versionID: String?
    /// Versions that the head does not contain; more than none means that the prompt has diverged.
    package var divergences: Int
    package var createdAt: Int64
    package var updatedAt: Int64?

    enum CodingKeys: String, CodingKey {
        case id, name, description, category, status, tags, project, version, divergences
        case isTemplate = "is_template"
        case isFavourite = "is_favourite"
        case isArchived = "is_archived"
        case versionID = "version_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// A prompt with its text, as `show` gives it.
package struct PromptDetailView: Encodable, Sendable, Equatable {
    package var prompt: PromptView
    package var version: VersionView
    package var templateFormat: String?
    package var metadata: [String: String]
    package var settings: [String: TemplateValue]
    package var variables: [TemplateVariable]
    /// Text that is not valid UTF-8 has replacement characters here; `bytes` is exact.
    package var body: String
    /// Of a chat.
    package var messages: [ChatMessage]?
    package var bytes: [UInt8]

    init(
        prompt: PromptView, version: VersionView, templateFormat: String, metadata: [String: String],
        content: VersionContent
    ) throws {
        let readable = try PromptContent(content)
        self.prompt = prompt
        self.version = version
        self.templateFormat = templateFormat.isEmpty ? nil : templateFormat
        self.metadata = metadata
        settings = readable.settings
        variables = readable.variables
        body = readable.body
        messages = try readable.messages
        bytes = content.body
    }

    enum CodingKeys: String, CodingKey {
        case prompt, version, metadata, settings, variables, body, messages
        case templateFormat = "template_format"
    }
}

package struct VersionView: Encodable, Sendable, Equatable {
    package var id: String
    /// Such as `v7` or `v7~alice-laptop`.
    package var name: String
    package var number: Int
    package var parents: [String]
    package var kind: String
    /// `text` or `chat`.
    package var type: String
    package var message: String
    package var author: String?
    package var node: String?
    package var labels: [String]
    package var createdAt: Int64
    package var isHead: Bool
    package var isTip: Bool
    package var usageCount: Int
    /// Milliseconds; nil where none was measured.
    package var averageLatency: Int64?
    /// Dollars; nil where none is known.
    package var averageCost: Double?

    enum CodingKeys: String, CodingKey {
        case id, name, number, parents, kind, type, message, author, node, labels
        case usageCount = "usage_count"
        case averageLatency = "avg_latency_ms"
        case averageCost = "avg_cost"
        case createdAt = "created_at"
        case isHead = "is_head"
        case isTip = "is_tip"
    }
}

package struct BranchView: Encodable, Sendable, Equatable {
    package enum Kind: String, Encodable, Sendable { case branch, divergence }

    package var prompt: String
    package var promptID: String
    /// The branch's name, or for a divergence its version's.
    package var name: String
    /// The id of the version it points at.
    package var head: String
    package var kind: Kind
    package var node: String?
    package var author: String?
    package var createdAt: Int64

    enum CodingKeys: String, CodingKey {
        case prompt, name, head, kind, node, author
        case promptID = "prompt_id"
        case createdAt = "created_at"
    }
}

package struct GroupView: Encodable, Sendable, Equatable {
    package var id: String
    package var name: String
    package var description: String
    package var visibility: String
    /// Unix milliseconds.
    package var createdAt: Int64
    package var prompts: Int

    enum CodingKeys: CodingKey { case id, name, description, prompts }

    init(_ group: GroupRecord) {
        id = group.id.hex
        name = group.name
        description = group.description
        visibility = group.visibility
        createdAt = group.createdAt
        prompts = group.entries
    }
}

package struct GroupEntryView: Encodable, Sendable, Equatable {
    package var prompt: String
    package var promptID: String
    package var position: Int

    enum CodingKeys: String, CodingKey {
        case prompt, position
        case promptID = "prompt_id"
    }
}

/// A value that a merge overwrote, or a delete that it overruled, and what stands in its place.
package struct ConflictView: Encodable, Sendable, Equatable {
    package enum Kind: String, Encodable, Sendable { case value, delete }

    package var id: String
    package var kind: Kind
    package var prompt: String?
    package var table: String
    package var rowID: String
    package var field: String?
    package var lostValue: String?
    package var lostBy: String?
    package var lostAt: Int64
    package var currentValue: String?
    package var currentBy: String?
    package var currentAt: Int64?

    enum CodingKeys: String, CodingKey {
        case id, kind, prompt, table, field
        case rowID = "row_id"
        case lostValue = "lost_value"
        case lostBy = "lost_by"
        case lostAt = "lost_at"
        case currentValue = "current_value"
        case currentBy = "current_by"
        case currentAt = "current_at"
    }
}
