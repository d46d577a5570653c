internal import Changesets
internal import PromptTemplates
internal import ReplicaStore

extension Library {
    /// The differences of two versions' texts, as `diff -u` prints them; empty where there are none.
    ///
    /// - Parameters:
    ///   - old: the version to compare with; where nil, the one that `new` was made from.
    ///   - new: where nil, the head.
    package func diff(_ name: String, _ old: String? = nil, _ new: String? = nil) throws -> String {
        try replica.read { reading in
            let prompt = try reading.resolvePrompt(name)
            let graph = try BranchGraph(of: prompt.id, reading)
            guard let after = try new.map(graph.version) ?? graph.head() else {
                throw LibraryError(.notFound, "the prompt “\(prompt.name)” has no text yet")
            }
            let before = try old.map(graph.version) ?? after.parents.last.flatMap { graph[$0] }
            let contents = try [before, after].map { version in
                try version.flatMap { try reading.content(of: $0.id) } ?? .empty
            }
            return ContentDiff(
                old: contents[0], new: contents[1],
                labels: [
                    "\(prompt.name) \(before.map(graph.name) ?? "nothing")", "\(prompt.name) \(graph.name(of: after))",
                ]
            ).text
        }
    }

    /// Makes a new version with the content of an old one.
    package func rollback(_ name: String, to designator: String, message: String = "") throws -> SaveOutcome {
        try replica.write { transaction in
            let prompt = try transaction.reading.resolvePrompt(name)
            let graph = try BranchGraph(of: prompt.id, transaction.reading)
            let version = try graph.version(designator)
            guard let head = graph.head(), head.id != version.id else { return .unchanged }
            let content = try transaction.reading.content(of: version.id) ?? .empty
            var draft = VersionDraft(prompt: prompt.id, parents: [head.id], kind: "rollback", content: content)
            draft.message = message.isEmpty ? "rolled back to \(graph.name(of: version))" : message
            let saved = try transaction.save(draft)
            let after = try BranchGraph(of: prompt.id, transaction.reading)
            return .saved(after[saved].map(after.name) ?? shortID(saved))
        }
    }

    /// Makes a prompt of its own from the head of another, with its description, category and tags.
    ///
    /// - Parameter newName: `NAME_copy` where nil.
    package func duplicate(_ name: String, as newName: String? = nil) throws -> PromptView {
        let detail = try show(name)
        let base = try editBase(detail.prompt.id)
        var copy = NewPrompt(name: newName ?? "\(detail.prompt.name)_copy", content: base.content)
        copy.description = detail.prompt.description
        copy.category = detail.prompt.category
        copy.tags = detail.prompt.tags
        copy.project = detail.prompt.project
        copy.message = "duplicated from \(detail.prompt.name) \(detail.version.name)"
        copy.isTemplate = detail.prompt.isTemplate
        copy.templateFormat = TemplateFormat(rawValue: base.prompt.templateFormat)
        return try create(copy)
    }
}
