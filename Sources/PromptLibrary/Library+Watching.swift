internal import Changesets
internal import ReplicaStore

/// Something that landed in a library: somebody wrote it here, or a sync or a file brought it.
package struct LibraryChange: Encodable, Sendable {
    package enum Kind: String, Encodable, Sendable { case written, deleted }

    /// Ascending; a later call goes on after it.
    package var position: Int64
    package var kind: Kind
    package var table: String
    package var id: String
    package var promptID: String?
    /// The name of the prompt that it is, or belongs to.
    package var prompt: String?
    /// What of it, for people, such as “v7: shorter” or “label production”; nil for the prompt itself, and for what
    /// is of no interest to them.
    package var detail: String?
    /// Whether it is something that people look for.
    package var isNews: Bool
    /// Who wrote it, and on which node, as far as it is known.
    package var user: String?
    package var node: String?
    /// Unix milliseconds, by the clock of that node.
    package var writtenAt: Int64?

    enum CodingKeys: String, CodingKey {
        case position, kind, table, id, prompt, detail, user, node
        case promptID = "prompt_id"
        case isNews = "is_news"
        case writtenAt = "written_at"
    }
}

extension Library {
    /// Where the library is now.
    package func position() throws -> Int64 { try replica.readFolded { try $0.lastPosition() } }

    /// What has landed since, a part at a time.
    ///
    /// - Returns: and from where to go on; nil where there is no more.
    package func changes(
        after position: Int64, limit: Int = 500
    ) throws -> (changes: [LibraryChange], through: Int64)? {
        try replica.readFolded { reading in
            try reading.changedRows(after: position, limit: limit).map { found in
                (try found.rows.map { try reading.change($0) }, found.through)
            }
        }
    }
}

extension ReadTransaction {
    private static let housekeeping: Set<String> = [
        "workspaces", "users", "nodes", "tips", "favourites", "preferences", "usage_events",
    ]

    fileprivate func change(_ row: ChangedRow) throws -> LibraryChange {
        let prompt = row.table == "prompts" ? row.id : row.values["prompt_id"]?.id
        let node = row.stamp?.dot.replica.rowID ?? row.values["node_id"]?.id
        let user =
            try row.values["author_id"]?.id ?? node.flatMap { try currentValue(of: "user_id", in: .nodes, $0)?.id }
        return LibraryChange(
            position: row.position, kind: row.isAlive ? .written : .deleted, table: row.table, id: row.id.hex,
            promptID: prompt?.hex, prompt: try prompt.flatMap { try currentValue(of: "name", in: .prompts, $0)?.text },
            detail: detail(row),
            isNews: !Self.housekeeping.contains(row.table), user: try user.flatMap { try userName($0) },
            node: try node.map { try nodeName($0) ?? shortID($0) },
            writtenAt: row.stamp?.time.milliseconds ?? row.values["created_at"]?.number)
    }

    private func detail(_ row: ChangedRow) -> String? {
        func text(_ column: String) -> String { row.values[column]?.text ?? "" }
        switch row.table {
        case "versions":
            let number = row.values["generation"]?.number.map { "v\($0)" } ?? "version"
            return text("message").isEmpty ? number : "\(number): \(text("message"))"
        case "labels": return "label \(text("label"))"
        case "tags": return "tag \(text("tag"))"
        case "metadata": return "\(text("key")): \(text("value"))"
        case "groups": return "group \(text("name"))"
        case "group_entries": return "place in a group"
        case "projects": return "project \(text("name"))"
        case "conflicts": return "a merge overwrote \(text("column_name")): \(row.values["value"]?.text ?? "")"
        default: return nil
        }
    }
}

extension Value {
    fileprivate var id: RowID? { if case .blob(let bytes) = self { RowID(bytes) } else { nil } }
    fileprivate var number: Int64? { if case .integer(let number) = self { number } else { nil } }
}
