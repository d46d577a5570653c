internal import Changesets
package import PromptFiles
internal import PromptTemplates
internal import ReplicaStore

extension Library {
    /// Puts prompts from a file, or from a folder of files, into the library, in one transaction.
    ///
    /// A file that was exported is an edit of the version it was exported from. Of any other, a prompt
    /// whose name is unique, in the library and in the file, is updated: a text already in its history
    /// changes nothing, a new one is a new version. Any other row's id derives from its name, text and
    /// occurrence: every row is kept, and the same file makes the same prompts on every node.
    ///
    /// - Parameter progress: called with the number of prompts done.
    /// - Returns: what was done, and for each path which version its file now has the text of.
    package func importPrompts(
        _ request: ImportRequest, progress: (Int) -> Void = { _ in }
    ) throws -> (report: ImportReport, origins: [String: PromptDocument.Origin]) {
        if request.isDryRun {
            let plan = try replica.read { try ImportPlan(request, $0) }
            return (plan.report, [:])
        }
        return try replica.write { transaction in
            let plan = try ImportPlan(request, transaction.reading)
            // New prompts first, as a transaction of their own that bears the stamps of an import.
            for (done, creation) in plan.creations.enumerated() {
                try transaction.create(creation)
                progress(done + 1)
            }
            try transaction.seal(asImport: true)
            for update in plan.updates {
                if update.isRestored { try transaction.undelete(.prompts, update.prompt.id) }
                try transaction.perform(update.edit, of: update.document.document, on: update.prompt)
            }
            for prompt in plan.prunings { try transaction.delete(from: .prompts, prompt) }
            return (plan.report, plan.origins)
        }
    }
}

extension WriteTransaction {
    fileprivate func create(_ creation: ImportPlan.Creation) throws {
        let document = creation.document.document
        try insert(
            into: .prompts, creation.id,
            [
                "name": .text(document.name ?? ""), "description": .text(document.description ?? ""),
                "category": document.category.map { .text($0) } ?? .null,
                "project_id": try document.project.map { .blob(try importedProject($0)) } ?? .null,
                "is_template": .integer(document.isTemplate == true ? 1 : 0),
                "template_format": .text(document.templateFormat?.rawValue ?? ""),
                "created_at": .integer(now), "created_by": .blob(user),
            ])
        try save(VersionDraft(prompt: creation.id, parents: [], content: document.content.stored()))
        for tag in document.tags ?? [] {
            try insert(
                into: .tags, NaturalKey.tag(creation.id, tag), ["prompt_id": .blob(creation.id), "tag": .text(tag)])
        }
        for (key, value) in (document.metadata ?? [:]).sorted(by: { $0.key < $1.key }) {
            try setMetadata(of: creation.id, key, value)
        }
    }
}
