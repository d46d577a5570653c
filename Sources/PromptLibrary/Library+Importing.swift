internal import Changesets
package import PromptFiles
internal import ReplicaStore

/// What an import did, row by row of the file.
package struct ImportReport: Encodable, Sendable, Equatable {
    package struct Rejection: Encodable, Sendable, Equatable {
        package var line: Int
        package var reason: String
    }

    package var created = 0
    /// Prompts that got a new version.
    package var updated = 0
    /// Prompts that came back from the trash.
    package var restored = 0
    package var unchanged = 0
    package var rejected: [Rejection] = []

    package var changesNothing: Bool { created + updated + restored == 0 }
}

extension Library {
    /// Puts prompts from a file into the library, in one transaction.
    ///
    /// A prompt whose name is unique, in the library and in the file, is updated: a text already in
    /// its history changes nothing, a new one is a new version. Any other row's id derives from its
    /// name, text and occurrence: every row is kept, and the same file makes the same prompts on
    /// every node.
    ///
    /// - Parameter progress: called with the number of rows done.
    package func importPrompts(
        _ file: PromptFile, dryRun: Bool = false, progress: (Int) -> Void = { _ in }
    ) throws -> ImportReport {
        if dryRun {
            return try replica.read { try ImportPlan(file, $0).report }
        }
        return try replica.write { transaction in
            let plan = try ImportPlan(file, transaction.reading)
            // New prompts first, as a transaction of their own that bears the stamps of an import.
            for (done, creation) in plan.creations.enumerated() {
                try transaction.create(creation)
                progress(done + 1)
            }
            try transaction.seal(asImport: true)
            for prompt in plan.restorations { try transaction.undelete(.prompts, prompt) }
            for update in plan.updates { try transaction.update(update) }
            return plan.report
        }
    }
}

/// What an import is going to do, worked out before anything is written.
private struct ImportPlan {
    struct Creation {
        var id: RowID
        var draft: PromptDraft
    }

    struct Update {
        var prompt: RowID
        var draft: PromptDraft
    }

    private(set) var creations: [Creation] = []
    private(set) var restorations: [RowID] = []
    private(set) var updates: [Update] = []
    private(set) var report = ImportReport()
    private var occurrences: [ImportKey: Int] = [:]

    init(_ file: PromptFile, _ reading: ReadTransaction) throws {
        report.rejected = file.rejected.map { .init(line: $0.line, reason: $0.reason) }
        let names = Dictionary(grouping: file.drafts, by: { Array($0.name.utf8) }).mapValues(\.count)
        for draft in file.drafts {
            if let reason = Self.objection(to: draft) {
                report.rejected.append(.init(line: draft.line, reason: reason))
            } else if names[Array(draft.name.utf8)] == 1, let prompt = try Self.onlyPrompt(named: draft.name, reading) {
                try plan(draft, into: prompt, reading)
            } else {
                try plan(draft, reading)
            }
        }
        report.rejected.sort { $0.line < $1.line }
    }

    private static func objection(to draft: PromptDraft) -> String? {
        do {
            try LibraryError.check(name: draft.name)
            try LibraryError.check(VersionContent(body: Array(draft.body.utf8)))
            for tag in draft.tags { try LibraryError.check(name: tag) }
        } catch {
            return "\(error)"
        }
        let most = LibraryLimits.tagsPerPromptMax
        return draft.tags.count > most ? "it has \(draft.tags.count) tags; at most \(most) are allowed" : nil
    }

    private static func onlyPrompt(named name: String, _ reading: ReadTransaction) throws -> PromptRecord? {
        let living = try reading.prompts(named: name)
        if living.count == 1 { return living[0] }
        let deleted = living.isEmpty ? try reading.deletedPrompts(named: name) : []
        return deleted.count == 1 ? deleted[0] : nil
    }

    private mutating func plan(_ draft: PromptDraft, into prompt: PromptRecord, _ reading: ReadTransaction) throws {
        let isDeleted = try reading.prompt(prompt.id) == nil
        let isKnown = try reading.hasVersion(of: prompt.id, body: draft.body)
        if isDeleted {
            restorations.append(prompt.id)
            report.restored += 1
        }
        if !isKnown { updates.append(Update(prompt: prompt.id, draft: draft)) }
        if !isDeleted {
            if isKnown { report.unchanged += 1 } else { report.updated += 1 }
        }
    }

    private mutating func plan(_ draft: PromptDraft, _ reading: ReadTransaction) throws {
        let occurrence = occurrences[ImportKey(draft), default: 0] + 1
        occurrences[ImportKey(draft)] = occurrence
        let id = NaturalKey.imported(name: draft.name, body: draft.body, occurrence: occurrence)
        if try reading.prompt(id) != nil {
            report.unchanged += 1
        } else if try reading.deletedPrompt(id) != nil {
            restorations.append(id)
            report.restored += 1
        } else {
            creations.append(Creation(id: id, draft: draft))
            report.created += 1
        }
    }
}

/// By bytes: Swift takes differently composed accents for the same.
private struct ImportKey: Hashable {
    var name: [UInt8]
    var body: [UInt8]

    init(_ draft: PromptDraft) {
        name = Array(draft.name.utf8)
        body = Array(draft.body.utf8)
    }
}

extension WriteTransaction {
    fileprivate func create(_ creation: ImportPlan.Creation) throws {
        let draft = creation.draft
        try insert(
            into: .prompts, creation.id,
            [
                "name": .text(draft.name), "description": .text(draft.description ?? ""),
                "category": draft.category.map { .text($0) } ?? .null, "created_at": .integer(now),
                "created_by": .blob(user),
            ])
        try save(VersionDraft(prompt: creation.id, parents: [], content: VersionContent(body: Array(draft.body.utf8))))
        for tag in draft.tags {
            try insert(
                into: .tags, NaturalKey.tag(creation.id, tag), ["prompt_id": .blob(creation.id), "tag": .text(tag)])
        }
        for (key, value) in draft.metadata.sorted(by: { $0.key < $1.key }) {
            try setMetadata(of: creation.id, key, value)
        }
    }

    fileprivate func update(_ update: ImportPlan.Update) throws {
        let draft = update.draft
        let head = try BranchGraph(of: update.prompt, reading).head()
        try save(
            VersionDraft(
                prompt: update.prompt, parents: head.map { [$0.id] } ?? [],
                content: VersionContent(body: Array(draft.body.utf8))))
        var changes: [String: Value] = [:]
        if let description = draft.description { changes["description"] = .text(description) }
        if let category = draft.category { changes["category"] = .text(category) }
        if !changes.isEmpty { try self.update(.prompts, update.prompt, changes) }
        for tag in draft.tags { try addTag(tag, to: update.prompt) }
        for (key, value) in draft.metadata.sorted(by: { $0.key < $1.key }) {
            try setMetadata(of: update.prompt, key, value)
        }
    }
}
