internal import Changesets
internal import PromptLibrary
internal import PromptTemplates
internal import ReplicaStore

/// A prompt as the interface shows it: what stands beside its text, and the version that is asked for.
struct PromptResource: View, Choosing {
    var id: String
    var workspaceId: String
    var name: String
    var description: String
    var category: String?
    var status: String
    var isArchived: Bool
    var isTemplate: Bool
    var isFavourite: Bool
    var visibility: String
    var projectId: String?
    var project: String?
    var tags: [String]
    var metadata: [String: String]
    var body: String
    /// Of a chat.
    var messages: [ChatMessage]?
    var variables: [TemplateVariable]
    var templateFormat: String?
    var model: TemplateValue?
    var temperature: TemplateValue?
    var maxTokens: TemplateValue?
    var topP: TemplateValue?
    var frequencyPenalty: TemplateValue?
    var presencePenalty: TemplateValue?
    /// All there are, those named above too.
    var settings: [String: TemplateValue]
    /// The version's name, such as `v7`.
    var version: String?
    var versionNumber: Int?
    var versionId: String?
    /// Of that version.
    var message: String
    var divergences: Int
    var createdAt: String
    /// When that version was made.
    var updatedAt: String
    var createdBy: String?
    /// What became of a save that did not know of others.
    var branch: BranchNote?

    static var choices: [String: [String]] {
        ["status": ["draft", "active", "archived"], "visibility": ["workspace", "private"]]
    }

    var entity: PromptResource? {
        guard branch != nil else { return nil }
        var entity = self
        entity.branch = nil
        return entity
    }

    var tagPrefix: String? { versionId }

    init(_ state: PromptState, in workspace: RowID?, showing shown: VersionState? = nil) throws {
        let prompt = state.prompt
        let version = shown ?? state.head
        let content = version?.content ?? PromptContent(body: "")
        id = prompt.id.hex
        workspaceId = workspace?.hex ?? ""
        name = prompt.name
        description = prompt.description
        category = prompt.category
        isArchived = prompt.archivedAt != nil
        status = isArchived ? "archived" : prompt.status == "draft" ? "draft" : "active"
        isTemplate = prompt.isTemplate
        isFavourite = state.isFavourite
        visibility = prompt.visibility == "workspace" ? "workspace" : "private"
        projectId = prompt.project?.hex
        project = state.projectName
        tags = state.tags
        metadata = state.metadata
        body = content.body
        messages = try content.messages
        variables = content.variables
        templateFormat = prompt.templateFormat.isEmpty ? nil : prompt.templateFormat
        settings = content.settings
        self.version = version?.version.name
        versionNumber = version?.version.number
        versionId = version?.version.id
        message = version?.version.message ?? ""
        divergences = state.divergences
        createdAt = isoTime(prompt.createdAt)
        updatedAt = isoTime(max(prompt.createdAt, version?.version.createdAt ?? 0))
        createdBy = prompt.createdBy?.hex
        name(settings)
    }

    private mutating func name(_ settings: [String: TemplateValue]) {
        model = settings["model"]
        temperature = settings["temperature"]
        maxTokens = settings["max_tokens"]
        topP = settings["top_p"]
        frequencyPenalty = settings["frequency_penalty"]
        presencePenalty = settings["presence_penalty"]
    }
}

/// A save whose base was not the head any more: both versions stand.
struct BranchNote: Codable, Sendable {
    /// The version that was saved.
    var name: String
    var versionId: String
    /// One that it does not contain.
    var other: String
    /// Which of them all is the head.
    var head: String
    var isHead: Bool
}

/// A version with its text.
struct VersionResource: View, Choosing {
    var id: String
    var promptId: String
    /// Such as `v7`, or `v7~laptop` off the head's own line.
    var name: String
    var number: Int
    var parents: [String]
    var kind: String
    var type: String
    var message: String
    var author: String?
    var node: String?
    var labels: [String]
    var isHead: Bool
    var isTip: Bool
    var usageCount: Int
    /// Milliseconds; null where none was measured.
    var avgLatencyMs: Int64?
    /// Dollars; null where none is known.
    var avgCost: Double?
    var body: String
    var messages: [ChatMessage]?
    var variables: [TemplateVariable]
    var settings: [String: TemplateValue]
    var createdAt: String
    var branch: BranchNote?

    static var choices: [String: [String]] { ["type": ["text", "chat"]] }

    var entity: VersionResource? {
        guard branch != nil else { return nil }
        var entity = self
        entity.branch = nil
        return entity
    }

    init(_ state: VersionState, of prompt: String) throws {
        let version = state.version
        id = version.id
        promptId = prompt
        name = version.name
        number = version.number
        parents = version.parents
        kind = version.kind
        type = version.type
        message = version.message
        author = version.author
        node = version.node
        labels = version.labels
        isHead = version.isHead
        isTip = version.isTip
        usageCount = version.usageCount
        avgLatencyMs = version.averageLatency
        avgCost = version.averageCost
        body = state.content.body
        messages = try state.content.messages
        variables = state.content.variables
        settings = state.content.settings
        createdAt = isoTime(version.createdAt)
    }
}
