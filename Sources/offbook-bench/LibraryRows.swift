import Changesets
import ReplicaStore

extension Replica {
    /// Fills the library with whole prompts: each with a version, a tip and a tag, so four rows.
    ///
    /// - Parameter user: whose favourite each is too, a row more.
    /// - Parameter label: what points at each, a row more.
    func fill(_ batches: [[PromptRow]], favouritesOf user: RowID? = nil, label: String? = nil) throws {
        for batch in batches {
            try write { transaction in
                for row in batch {
                    let version = try transaction.insertWhole(row)
                    if let user { try transaction.insertFavourite(row, user) }
                    if let label { try transaction.insertLabel(label, row, version) }
                }
            }
        }
    }

    /// Puts prompts into the trash, with their favourites: what else belongs to them hides.
    func delete(_ batches: [[PromptRow]], favouritesOf user: RowID) throws {
        for batch in batches {
            try write { transaction in
                for row in batch {
                    try transaction.delete(from: .favourites, .favourite(user, row.id))
                    try transaction.delete(from: .prompts, row.id)
                }
            }
        }
    }
}

extension WriteTransaction {
    /// Gives its version.
    fileprivate func insertWhole(_ row: PromptRow) throws -> RowID {
        let (empty, braces, brackets, type) = (Bytes("".utf8), Bytes("{}".utf8), Bytes("[]".utf8), Bytes("text".utf8))
        let version = VersionIdentity(
            prompt: row.id, parents: [], kind: Bytes("edit".utf8), body: Bytes(row.description.utf8),
            settings: braces, variables: brackets, type: type
        ).id
        try insert(into: .prompts, row.id, ["name": .text(row.name), "created_at": .integer(row.createdAt)])
        try insert(
            into: .versions, version,
            [
                "prompt_id": .blob(row.id), "parents": .blob(empty), "body": .text(row.description),
                "author_id": .blob(row.createdBy), "created_at": .integer(row.createdAt),
            ])
        let tip = RowID.derived(table: "tips", key: [row.id.bytes, Array("main".utf8), version.bytes])
        try insert(into: .tips, tip, ["prompt_id": .blob(row.id), "version_id": .blob(version)])
        let tag = RowID.derived(table: "tags", key: [row.id.bytes, Array(row.category.utf8)])
        try insert(into: .tags, tag, ["prompt_id": .blob(row.id), "tag": .text(row.category)])
        return version
    }

    fileprivate func insertLabel(_ label: String, _ row: PromptRow, _ version: RowID) throws {
        try insert(
            into: .labels, .derived(table: "labels", key: [row.id.bytes, Array(label.utf8)]),
            ["prompt_id": .blob(row.id), "label": .text(label), "version_id": .blob(version)])
    }

    fileprivate func insertFavourite(_ row: PromptRow, _ user: RowID) throws {
        try insert(
            into: .favourites, .favourite(user, row.id),
            ["user_id": .blob(user), "prompt_id": .blob(row.id), "created_at": .integer(row.createdAt)])
    }
}

extension RowID {
    fileprivate static func favourite(_ user: RowID, _ prompt: RowID) -> RowID {
        .derived(table: "favourites", key: [user.bytes, prompt.bytes])
    }
}
