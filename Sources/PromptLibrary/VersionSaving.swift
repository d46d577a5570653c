internal import Changesets
internal import ReplicaStore

/// What a new version is made of.
struct VersionDraft {
    var prompt: RowID
    var branch = mainBranch
    var parents: [RowID]
    var kind = "edit"
    var content: VersionContent
    var message = ""
    var createdAt: Int64?

    var id: RowID {
        VersionIdentity(
            prompt: prompt, parents: parents, kind: Bytes(kind.utf8), body: Bytes(content.body),
            settings: Bytes(content.settings.utf8), variables: Bytes(content.variables.utf8),
            type: Bytes(content.type.rawValue.utf8)
        ).id
    }
}

extension WriteTransaction {
    /// Adds a version and moves its branch on from its parents: the new tip comes, and every tip row
    /// held that is a parent or an ancestor of one goes. What somebody else saved meanwhile keeps its
    /// tip, so it becomes a divergence and is never overwritten.
    @discardableResult
    func save(_ draft: VersionDraft) throws -> RowID {
        try LibraryError.check(draft.content)
        // The first version of a prompt stands for itself; an import makes thousands.
        let graph = draft.parents.isEmpty ? nil : try BranchGraph(of: draft.prompt, reading)
        let id = draft.id
        let generation = 1 + (draft.parents.compactMap { graph?[$0]?.generation }.max() ?? 0)
        try insert(
            into: .versions, id,
            [
                "prompt_id": .blob(draft.prompt), "parents": .blob(Bytes(draft.parents.sorted().flatMap(\.bytes))),
                "generation": .integer(Int64(generation)), "kind": .text(draft.kind),
                "body": .text(Bytes(draft.content.body)),
                "settings": .text(draft.content.settings), "variables": .text(draft.content.variables),
                "type": .text(draft.content.type.rawValue), "message": .text(draft.message), "author_id": .blob(user),
                "node_id": .blob(replica.rowID),
                "created_at": .integer(draft.createdAt ?? now),
            ])
        for parent in draft.parents {
            for row in graph?.tipRows(upTo: parent, on: draft.branch) ?? [] { try delete(from: .tips, row) }
        }
        try insert(
            into: .tips, NaturalKey.tip(draft.prompt, branch: draft.branch, id),
            ["prompt_id": .blob(draft.prompt), "branch": .text(draft.branch), "version_id": .blob(id)])
        return id
    }

    func addTag(_ tag: String, to prompt: RowID) throws {
        guard try reading.tagRows(of: prompt, tag: tag).isEmpty else { return }
        guard try reading.tags(of: prompt).count < LibraryLimits.tagsPerPromptMax else {
            throw LibraryError(.invalid, "a prompt can have at most \(LibraryLimits.tagsPerPromptMax) tags")
        }
        try insert(into: .tags, NaturalKey.tag(prompt, tag), ["prompt_id": .blob(prompt), "tag": .text(tag)])
    }
}
