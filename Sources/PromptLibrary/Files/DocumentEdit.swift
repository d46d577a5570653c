internal import Changesets
internal import PromptFiles
internal import PromptTemplates
internal import ReplicaStore
internal import TextMerge

/// What a document asks to change of a prompt that the library has.
///
/// A file that was exported tells what it was exported from: its text is an edit of that version, and
/// a field is an edit only if it is not what it was then. Any other file brings a text for the head,
/// and its fields count only with a text that is new: whoever changed them in the library meant it.
struct DocumentEdit {
    /// The new version, and the one it was made from, which may not have arrived here.
    private(set) var version: (content: VersionContent, parents: [RowID])?
    /// Whether its parent is not the head any more.
    private(set) var diverges = false
    private(set) var fields: Set<PromptDocument.Field> = []
    /// Fields that the library has changed too: lists are joined with what it has.
    private(set) var contested: Set<PromptDocument.Field> = []
    /// The version whose text the document has, once this is done.
    private(set) var versionID: RowID?
    private let prompt: RowID

    var isEmpty: Bool { version == nil && fields.isEmpty }

    init(_ document: PromptDocument, of prompt: PromptRecord, _ reading: ReadTransaction) throws {
        self.prompt = prompt.id
        let graph = try BranchGraph(of: prompt.id, reading)
        if let origin = document.origin {
            try read(document, since: origin, graph, reading)
            let current = try reading.document(of: prompt, graph)?.checksumsByName ?? [:]
            let proposed = document.checksumsByName
            fields = document.editedFields.union(document.removedFields)
                .filter { current[$0.rawValue] != proposed[$0.rawValue] }
            contested = fields.filter { current[$0.rawValue] != origin.fieldBase[$0.rawValue] }
        } else {
            try read(document, graph, reading)
            if version != nil { fields = Set(document.fieldChecksums.keys).subtracting([.name]) }
            contested = fields
        }
    }

    /// The text of a file that was exported.
    private mutating func read(
        _ document: PromptDocument, since origin: PromptDocument.Origin, _ graph: BranchGraph,
        _ reading: ReadTransaction
    ) throws {
        let content = try document.content.stored()
        guard let base = RowID(hex: origin.versionID), base.length == SyncedTable.versions.idLength else {
            throw LibraryError(
                .invalid, "its offbook.version is no version's id; export it again, or take “offbook” out")
        }
        versionID = base
        if let known = graph[base] {
            if try reading.canonicalContent(of: known.id) == content { return }
        } else if let twin = try Self.version(with: content, graph, reading) {
            versionID = twin
            return
        }
        try Self.refuseMarkers(in: content, unlessIn: reading.content(of: base))
        add(content, after: [base], graph)
    }

    /// The text of any other file: new where it is nowhere in the history.
    private mutating func read(_ document: PromptDocument, _ graph: BranchGraph, _ reading: ReadTransaction) throws {
        let head = graph.head()
        var content = try document.content.stored()
        if !document.hasParticulars, let own = try head.flatMap({ try reading.content(of: $0.id) }) {
            (content.settings, content.variables) = (own.settings, own.variables)
        }
        for version in graph.versions.reversed() {
            guard let known = try reading.canonicalContent(of: version.id), known.body == content.body else { continue }
            guard document.hasParticulars, known != content else {
                versionID = version.id
                return
            }
        }
        add(content, after: head.map { [$0.id] } ?? [], graph)
    }

    private static func version(with content: VersionContent, _ graph: BranchGraph, _ reading: ReadTransaction) throws
        -> RowID?
    {
        try graph.versions.reversed().first { try reading.canonicalContent(of: $0.id) == content }?.id
    }

    /// The same edit made twice is one version, and the second time there is nothing to do.
    private mutating func add(_ content: VersionContent, after parents: [RowID], _ graph: BranchGraph) {
        let id = VersionDraft(prompt: prompt, parents: parents, content: content).id
        versionID = id
        guard graph[id] == nil else { return }
        version = (content, parents)
        diverges = parents.first != graph.head()?.id
    }

    /// A conflict of git that nobody has settled is no text that anybody wrote.
    private static func refuseMarkers(in content: VersionContent, unlessIn base: VersionContent?) throws {
        guard MergedText.containsMarkers(content.text), !MergedText.containsMarkers(base?.text ?? "") else { return }
        throw LibraryError(.conflict, "its text holds conflict markers (<<<<<<<); settle the conflict, then import it")
    }
}

extension WriteTransaction {
    func perform(_ edit: DocumentEdit, of document: PromptDocument, on prompt: PromptRecord) throws {
        if let version = edit.version {
            try save(
                VersionDraft(prompt: prompt.id, parents: version.parents, content: version.content))
        }
        var changes: [String: Value] = [:]
        for field in edit.fields { try change(field, as: document, of: prompt.id, in: &changes) }
        if !changes.isEmpty { try update(.prompts, prompt.id, changes) }
        if edit.fields.contains(.tags) {
            try setTags(document.tags ?? [], of: prompt.id, keepingOthers: edit.contested.contains(.tags))
        }
        if edit.fields.contains(.metadata) {
            let keepsOthers = edit.contested.contains(.metadata)
            try setMetadata(document.metadata ?? [:], of: prompt.id, keepingOthers: keepsOthers)
        }
    }

    private func change(
        _ field: PromptDocument.Field, as document: PromptDocument, of prompt: RowID, in changes: inout [String: Value]
    ) throws {
        switch field {
        case .name: changes["name"] = document.name.map { .text($0) }
        case .description: changes["description"] = .text(document.description ?? "")
        case .category: changes["category"] = document.category.map { .text($0) } ?? .null
        case .project: changes["project_id"] = try document.project.map { .blob(try importedProject($0)) } ?? .null
        case .template:
            changes["is_template"] = .integer(document.isTemplate == true ? 1 : 0)
            changes["template_format"] = .text(document.templateFormat?.rawValue ?? "")
        case .tags, .metadata: break
        }
    }

    private func setTags(_ tags: [String], of prompt: RowID, keepingOthers: Bool) throws {
        for tag in try keepingOthers ? [] : reading.tags(of: prompt) where !tags.contains(tag) {
            for row in try reading.tagRows(of: prompt, tag: tag) { try delete(from: .tags, row) }
        }
        for tag in tags { try addTag(tag, to: prompt) }
    }

    private func setMetadata(_ metadata: [String: String], of prompt: RowID, keepingOthers: Bool) throws {
        let known = try reading.metadata(of: prompt)
        for key in keepingOthers ? [] : known.keys.sorted() where metadata[key] == nil {
            for row in try reading.metadataRows(of: prompt, key: key) { try delete(from: .metadata, row) }
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where known[key] != value {
            try setMetadata(of: prompt, key, value)
        }
    }

    /// Two nodes that import one file make one project.
    func importedProject(_ name: String) throws -> RowID {
        if let project = try reading.projects(named: name).first { return project }
        try LibraryError.check(name: name)
        let id = NaturalKey.importedProject(name)
        try insert(
            into: .projects, id, ["name": .text(name), "created_at": .integer(now), "created_by": .blob(user)])
        return id
    }
}
