internal import Changesets
internal import PromptFiles
internal import PromptTemplates
internal import ReplicaStore

extension PromptDocument {
    /// What the file's text and what stands beside it make as a version.
    var content: PromptContent {
        PromptContent(body: body, type: isChat ? .chat : .text, settings: settings, variables: variables)
    }

    /// Whether it says more of a version than its text.
    var hasParticulars: Bool { isChat || !settings.isEmpty || !variables.isEmpty }

    /// Fields that the file had when it was exported and has no more.
    var removedFields: Set<Field> {
        let base = origin.map { Set($0.fieldBase.keys.compactMap { Field(rawValue: $0) }) } ?? []
        return base.subtracting(fieldChecksums.keys)
    }
}

extension ReadTransaction {
    /// A prompt as a file has it: its head, and what stands beside it. What is empty is not said.
    ///
    /// - Throws: `invalid` for a text that is not UTF-8, which no file format can hold.
    func document(of prompt: PromptRecord, _ graph: BranchGraph? = nil) throws -> PromptDocument? {
        let graph = try graph ?? BranchGraph(of: prompt.id, self)
        guard let head = graph.head(), let stored = try content(of: head.id) else { return nil }
        guard String(validating: stored.body, as: UTF8.self) != nil else {
            throw LibraryError(.invalid, "the text of “\(prompt.name)” is not valid UTF-8")
        }
        let content = try PromptContent(stored)
        var document = PromptDocument(body: content.body)
        document.isChat = content.type == .chat
        document.settings = content.settings
        document.variables = content.variables
        try describe(prompt, in: &document)
        document.labels = try labels(of: prompt.id).compactMapValues { graph[$0].map(graph.name) }.nonEmpty
        document.origin = .init(
            promptID: prompt.id.hex, versionID: head.id.hex, fieldBase: document.checksumsByName)
        return document
    }

    private func describe(_ prompt: PromptRecord, in document: inout PromptDocument) throws {
        document.name = prompt.name
        document.description = prompt.description.isEmpty ? nil : prompt.description
        document.category = prompt.category
        document.project = try prompt.project.flatMap { try projectName($0) }
        document.tags = try tags(of: prompt.id).nonEmpty
        document.isTemplate = prompt.isTemplate ? true : nil
        document.templateFormat = TemplateFormat(rawValue: prompt.templateFormat)
        document.metadata = try metadata(of: prompt.id).nonEmpty
    }
}

extension PromptDocument {
    var checksumsByName: [String: String] {
        Dictionary(uniqueKeysWithValues: fieldChecksums.map { ($0.key.rawValue, $0.value) })
    }
}

extension Collection {
    fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
