internal import Changesets
package import PromptFiles
internal import ReplicaStore

/// What to import.
package struct ImportRequest: Sendable {
    package var documents: [PlacedDocument]
    package var rejected: [ImportReport.Rejection]
    /// The prompts that an export wrote into the folder, by their ids in hexadecimal digits.
    package var exported: Set<String> = []
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

    init(_ request: ImportRequest, _ reading: ReadTransaction) throws {
        report.rejected = request.rejected
        names = Dictionary(grouping: request.documents, by: { Array(($0.document.name ?? "").utf8) }).mapValues(\.count)
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
            if taken[id] == nil { return try plan(document, id, reading) }
            return try planCopy(of: id, document, reading)
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
            return create(id, document)
        }
        if let name = document.document.name, document.document.editedFields.contains(.name),
            let other = try reading.prompts(named: name).first(where: { $0.id != id })
        {
            throw LibraryError(.conflict, "there is a prompt “\(name)” already (\(shortID(other.id)))")
        }
        try plan(document, into: prompt, reading)
    }

    /// A file copied from another one that was exported is a prompt of its own, once it has its own name.
    private mutating func planCopy(of id: RowID, _ document: PlacedDocument, _ reading: ReadTransaction) throws {
        let original = taken[id] ?? "another file"
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
        let key = ImportKey(document.document)
        let occurrence = occurrences[key, default: 0] + 1
        occurrences[key] = occurrence
        let id = NaturalKey.imported(
            name: document.document.name ?? "", body: document.document.body, occurrence: occurrence)
        guard let prompt = try reading.prompt(id) ?? reading.deletedPrompt(id) else { return create(id, document) }
        try plan(document, into: prompt, reading)
    }

    private mutating func create(_ id: RowID, _ document: PlacedDocument) {
        taken[id] = document.path ?? "line \(document.line)"
        creations.append(Creation(id: id, document: document))
        report.created += 1
        let content = try? document.document.content.stored()
        note(document, id, content.map { VersionDraft(prompt: id, parents: [], content: $0).id })
    }

    private mutating func note(_ document: PlacedDocument, _ prompt: RowID, _ version: RowID?) {
        guard let path = document.path, let version else { return }
        origins[path] = .init(
            promptID: prompt.hex, versionID: version.hex, fieldBase: document.document.checksumsByName)
    }

    private mutating func planPruning(_ request: ImportRequest, _ reading: ReadTransaction) throws {
        let gone = request.exported.compactMap { RowID(hex: $0) }.filter { taken[$0] == nil }.sorted()
        for prompt in try gone.compactMap({ try reading.prompt($0) }) {
            report.removed.append(prompt.name)
            guard request.prunes else { continue }
            prunings.append(prompt.id)
            report.pruned += 1
        }
        report.removed.sort()
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
