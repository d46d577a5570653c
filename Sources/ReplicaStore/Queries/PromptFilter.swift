package import Changesets
internal import FoundationEssentials
internal import GRDB

/// Which prompts a list shows.
package struct PromptFilter: Sendable {
    package enum Archived: Sendable { case hidden, shown, only }

    package var tag: String?
    /// Only those that have all of them.
    package var tags: [String] = []
    /// Only those whose name holds this, letters of any case where these are ASCII.
    package var nameContains: String?
    package var name: String?
    /// Only those that this user made.
    package var createdBy: RowID?
    /// When they were made, from and up to: Unix milliseconds.
    package var createdFrom: Int64?
    package var createdBefore: Int64?
    package var status: String?
    /// Only those that have a version of this number.
    package var generation: Int?
    package var category: String?
    package var project: RowID?
    package var favouriteOf: RowID?
    package var archived = Archived.hidden
    package var isTemplate: Bool?
    /// Only those of which one of these users wrote a version; of any user where nil.
    package var authors: [RowID]?
    /// Only those of which a version was written at this time or later: Unix milliseconds.
    package var since: Int64?

    package init() {}

    /// What holds for the rows of `prompts` that pass.
    var condition: (sql: String, arguments: StatementArguments) {
        let parts: [Part] =
            [
                archivedCondition, isTemplate.map { ("is_template = ?", [$0 ? 1 : 0]) },
                tag.map { ("id IN (SELECT prompt_id FROM tags WHERE tag = ?)", [$0]) },
                category.map { ("category = ?", [$0]) },
                project.map { ("project_id = ?", [$0.blob]) },
                favouriteOf.map { ("id IN (SELECT prompt_id FROM favourites WHERE user_id = ?)", [$0.blob]) },
                nameContains.map { ("instr(lower(name), lower(?)) > 0", [$0]) },
                name.map { ("name = ?", [$0]) },
                createdBy.map { ("created_by = ?", [$0.blob]) },
                createdFrom.map { ("created_at >= ?", [$0]) }, createdBefore.map { ("created_at < ?", [$0]) },
                status.map { ("status = ?", [$0]) },
                generation.map { ("id IN (SELECT prompt_id FROM versions WHERE generation = ?)", [$0]) },
                versionCondition,
            ].compactMap { $0 } + tags.map { ("id IN (SELECT prompt_id FROM tags WHERE tag = ?)", [$0]) }
        let sql = parts.isEmpty ? "true" : parts.map(\.sql).joined(separator: " AND ")
        return (sql, parts.reduce(into: []) { $0 += $1.arguments })
    }

    private typealias Part = (sql: String, arguments: StatementArguments)

    private var archivedCondition: Part? {
        switch archived {
        case .hidden: ("archived_at IS NULL", [])
        case .only: ("archived_at IS NOT NULL", [])
        case .shown: nil
        }
    }

    /// Of one version both, the author and the time.
    private var versionCondition: Part? {
        guard authors != nil || since != nil else { return nil }
        let holes = authors.map { $0.map { _ in "?" }.joined(separator: ", ") }
        let sql = [holes.map { "author_id IN (\($0))" }, since.map { _ in "created_at >= ?" }].compactMap { $0 }
        var arguments = StatementArguments((authors ?? []).map(\.blob))
        if let since { arguments += [since] }
        return ("id IN (SELECT prompt_id FROM versions WHERE \(sql.joined(separator: " AND ")))", arguments)
    }
}

/// In which order a list shows them.
package struct PromptOrder: Sendable, Equatable {
    package enum Key: String, Sendable, CaseIterable { case name, created, updated, category, project, id }

    package var key: Key
    package var isDescending: Bool

    package init(_ key: Key = .name, isDescending: Bool = false) {
        self.key = key
        self.isDescending = isDescending
    }

    /// What to sort rows of `prompts` by.
    func expression(_ seen: SeenRows) -> String {
        switch key {
        case .name: "name"
        case .id: "id"
        case .created: "created_at"
        case .category: "category"
        case .project: "(SELECT j.name FROM \(seen.projects) AS j WHERE j.id = project_id)"
        case .updated:
            """
            (SELECT max(v.created_at) FROM tips AS t JOIN versions AS v ON v.id = t.version_id
                WHERE t.prompt_id = prompts.id)
            """
        }
    }

    /// Prompts without what they are sorted by come last either way. By name an index does it.
    func clause(_ table: String = "") -> String {
        if key == .name { return "\(table)name \(isDescending ? "DESC" : "ASC"), \(table)id" }
        return "\(table)sort_key \(isDescending ? "DESC" : "ASC") NULLS LAST, \(table)name, \(table)id"
    }
}
