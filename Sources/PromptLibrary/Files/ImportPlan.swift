internal import Changesets
package import PromptFiles
internal import ReplicaStore

/// What to import.
package struct ImportRequest: Sendable {
    package var documents: [PlacedDocument]
    package var rejected: [ImportReport.Rejection]
    /// What an export noted in the folder.
    package var register: FolderRegister?
    /// Whether every file there was could be read: else one that seems gone may be there.
    package var isWhole = true
    /// Whether prompts whose files are gone go to the trash.
    package var prunes = false
    package var isDryRun = false

    package init(_ file: PromptFile) {
        documents = file.documents
        rejected = file.rejected.map { .init(line: $0.line, reason: $0.reason) }
    }

    package init(documents: [PlacedDocument]) {
        self.documents = documents
        rejected = []
    }

    package init(_ folder: PromptFolder) {
        documents = folder.documents
        rejected = folder.rejected.map { .init(path: $0.path, line: $0.line ?? 1, reason: $0.reason) }
        isWhole = folder.rejected.isEmpty && folder.links.isEmpty
    }
}

/// What an import is going to do, worked out before anything is written.
struct ImportPlan {
    struct Creation {
        var id: RowID
        var document: PlacedDocument
    }

    struct Update {
        var prompt: PromptRecord
        var document: PlacedDocument
        var edit: DocumentEdit
        var isRestored: Bool
    }

    private(set) var creations: [Creation] = []
    private(set) var updates: [Update] = []
    /// Prompts to move to the trash.
    private(set) var prunings: [RowID] = []
    private(set) var report = ImportReport()
    /// Which version each file has the text of, once all is done.
    private(set) var origins: [String: PromptDocument.Origin] = [:]
    private var occurrences: [ImportKey: Int] = [:]
    /// Prompts that a file has spoken for, and what it is called there.
    private var taken: [RowID: String] = [:]
    private var names: [[UInt8]: Int]
    private let originals: FileOriginals

    init(_ request: ImportRequest, _ reading: ReadTransaction) throws {
        report.rejected = request.rejected
        names = Dictionary(grouping: request.documents, by: { Array(($0.document.name ?? "").utf8) }).mapValues(\.count)
        originals = FileOriginals(request.documents)
        for document in request.documents {
            do {
                try document.document.check()
                try plan(document, reading)
            } catch let error as LibraryError {
                report.rejected.append(.init(path: document.path, line: document.line, reason: "\(error)"))
            }
        }
        try planPruning(request, reading)
        report.rejected.sort { ($0.path ?? "", $0.line) < ($1.path ?? "", $1.line) }
    }

    private mutating func plan(_ document: PlacedDocument, _ reading: ReadTransaction) throws {
        if let origin = document.document.origin {
            let id = try Self.promptID(origin)
            if let original = try originals.original(besides: document, origin) {
                return try planCopy(of: original, document, reading)
            }
            return try plan(document, id, reading)
        }
        let name = document.document.name ?? ""
        if names[Array(name.utf8)] == 1, let prompt = try Self.onlyPrompt(named: name, reading) {
            return try plan(document, into: prompt, reading)
        }
        try planNew(document, reading)
    }

    private static func promptID(_ origin: PromptDocument.Origin) throws -> RowID {
        guard let id = RowID(hex: origin.promptID), id.length == SyncedTable.prompts.idLength else {
            throw LibraryError(.invalid, "its offbook.id is no prompt's id; take “offbook” out for a new prompt")
        }
        return id
    }

    private static func onlyPrompt(named name: String, _ reading: ReadTransaction) throws -> PromptRecord? {
        let living = try reading.prompts(named: name)
        if living.count == 1 { return living[0] }
        let deleted = living.isEmpty ? try reading.deletedPrompts(named: name) : []
        return deleted.count == 1 ? deleted[0] : nil
    }

    /// A file that says which prompt it is.
    private mutating func plan(_ document: PlacedDocument, _ id: RowID, _ reading: ReadTransaction) throws {
        guard let prompt = try reading.prompt(id) ?? reading.deletedPrompt(id) else {
            try refuseTaken(document.document.name, by: id, reading)
            return try create(id, document, reading)
        }
        if document.document.editedFields.contains(.name) {
            try refuseTaken(document.document.name, by: id, reading)
        }
        try plan(document, into: prompt, reading)
    }

    private func refuseTaken(_ name: String?, by id: RowID, _ reading: ReadTransaction) throws {
        guard let name, let other = try reading.prompts(named: name).first(where: { $0.id != id }) else { return }
        throw LibraryError(.conflict, "there is a prompt “\(name)” already (\(shortID(other.id)))")
    }

    /// A file copied from another one that was exported is a prompt of its own, once it has its own name.
    private mutating func planCopy(of original: String, _ document: PlacedDocument, _ reading: ReadTransaction) throws {
        guard document.document.editedFields.contains(.name) else {
            throw LibraryError(.conflict, "it is a copy of \(original): give it another name, and take “offbook” out")
        }
        var copy = document
        copy.document.origin = nil
        try planNew(copy, reading)
    }

    private mutating func plan(_ document: PlacedDocument, into prompt: PromptRecord, _ reading: ReadTransaction) throws
    {
        let isDeleted = try reading.prompt(prompt.id) == nil
        let edit = try DocumentEdit(document.document, of: prompt, reading)
        taken[prompt.id] = document.path ?? "line \(document.line)"
        // A file nobody has edited does not know of the delete; an edited one overrules it.
        let isRestored = isDeleted && (document.document.origin == nil || !edit.isEmpty)
        if !edit.isEmpty || isRestored {
            updates.append(Update(prompt: prompt, document: document, edit: edit, isRestored: isRestored))
        }
        if isRestored {
            report.restored += 1
        } else if edit.isEmpty {
            report.unchanged += 1
        } else {
            report.updated += 1
        }
        if edit.diverges { report.diverged += 1 }
        note(document, prompt.id, edit.versionID)
    }

    /// A file that says nothing of the prompt it is: its id derives from its name, text and
    /// occurrence, so that the same file makes the same prompts on every node.
    private mutating func planNew(_ document: PlacedDocument, _ reading: ReadTransaction) throws {
        if document.path != nil, names[Array((document.document.name ?? "").utf8), default: 0] > 1 {
            throw LibraryError(.conflict, "another file has the same name; give it one of its own")
        }
        let key = ImportKey(document.document)
        let occurrence = occurrences[key, default: 0] + 1
        occurrences[key] = occurrence
        let id = NaturalKey.imported(
            name: document.document.name ?? "", body: document.document.body, occurrence: occurrence)
        guard let prompt = try reading.prompt(id) ?? reading.deletedPrompt(id) else {
            return try create(id, document, reading)
        }
        try plan(document, into: prompt, reading)
    }

    private mutating func create(_ id: RowID, _ document: PlacedDocument, _ reading: ReadTransaction) throws {
        guard try !reading.isPurged(id) else {
            throw LibraryError(.conflict, "this prompt was purged, and can't come back (\(shortID(id)))")
        }
        taken[id] = document.path ?? "line \(document.line)"
        creations.append(Creation(id: id, document: document))
        report.created += 1
        let content = document.path == nil ? nil : try? document.document.content.stored()
        note(document, id, content.map { VersionDraft(prompt: id, parents: [], content: $0).id })
    }

    private mutating func note(_ document: PlacedDocument, _ prompt: RowID, _ version: RowID?) {
        guard let path = document.path, let version else { return }
        origins[path] = .init(
            promptID: prompt.hex, versionID: version.hex, fieldBase: document.document.checksumsByName)
    }

    private mutating func planPruning(_ request: ImportRequest, _ reading: ReadTransaction) throws {
        guard request.isWhole, report.rejected.isEmpty, let register = request.register else { return }
        let gone = register.prompts.keys.compactMap { RowID(hex: $0) }.filter { taken[$0] == nil }.sorted()
        for prompt in try gone.compactMap({ try reading.prompt($0) }) {
            let head = try BranchGraph(of: prompt.id, reading).head()
            if request.prunes, register.knows(prompt.id, head?.id) {
                prunings.append(prompt.id)
                report.pruned.append(prompt.name)
            } else {
                report.removed.append(prompt.name)
            }
        }
        report.removed.sort()
        report.pruned.sort()
    }
}

/// By bytes: Swift takes differently composed accents for the same.
private struct ImportKey: Hashable {
    var name: [UInt8]
    var body: [UInt8]

    init(_ document: PromptDocument) {
        name = Array((document.name ?? "").utf8)
        body = Array(document.body.utf8)
    }
}

extension PromptDocument {
    /// Whether the library can hold it.
    fileprivate func check() throws {
        guard let name else { throw LibraryError(.invalid, "it has no name") }
        try LibraryError.check(name: name)
        try content.check()
        try LibraryError.check(content.stored())
        for name in (tags ?? []) + (metadata?.keys.sorted() ?? []) + [project].compactMap({ $0 }) {
            try LibraryError.check(name: name)
        }
        let count = tags?.count ?? 0
        guard count <= LibraryLimits.tagsPerPromptMax else {
            throw LibraryError(
                .invalid, "it has \(count) tags; at most \(LibraryLimits.tagsPerPromptMax) are allowed")
        }
    }
}
