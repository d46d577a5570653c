package import Changesets

/// A table whose rows travel.
package struct SyncedTable: Sendable {
    /// Names the table in this file's change log and clocks. Never reused.
    package let number: Int
    package let shape: TableShape
    /// The table and column of the row that this one belongs to: it hides when that one is deleted,
    /// and a change of it is an edit of that one.
    package let root: (table: String, column: String)?
    package let idLength: Int
    /// Rows are never updated or deleted by hand.
    package let isImmutable: Bool

    package var name: String { shape.name }
    /// A newer schema has it, and this one has not: its rows are kept as they came.
    package var isKept: Bool { number < 0 }
    package let columns: [String]
    /// How many of the columns, the last ones, came with a later schema than the table.
    let laterColumns: Int

    /// - Parameter later: further columns, that came with a later schema than the table.
    package init(
        _ number: Int, _ name: String, _ columns: [TableShape.Column], later: [TableShape.Column] = [],
        root: (table: String, column: String)? = nil, idLength: Int = 16, isImmutable: Bool = false,
        isAppendOnly: Bool = false
    ) {
        self.number = number
        self.shape = TableShape(name: name, columns: columns + later, isAppendOnly: isAppendOnly)
        self.columns = shape.columns.map(\.name)
        laterColumns = later.count
        self.root = root
        self.idLength = idLength
        self.isImmutable = isImmutable || isAppendOnly
    }
}

extension SyncedTable {
    /// A table that only a newer schema has.
    ///
    /// - Parameter number: below 0, which no release gives to a table.
    init(kept number: Int, _ name: String, isAppendOnly: Bool = false) {
        self.init(number, name, [], isAppendOnly: isAppendOnly)
    }

    package static let workspaces = SyncedTable(
        1, "workspaces",
        [.latest("name"), .madeOnce("created_at")],
        later: [
            "default_model", "default_temperature", "max_tokens", "allowed_models", "cost_limit", "token_limit",
            "shares_answers",
        ].map { .latest($0) })
    package static let users = SyncedTable(
        2, "users", [.latest("name"), .latest("email"), .madeOnce("created_at")])
    package static let nodes = SyncedTable(3, "nodes", [.latest("name"), .latest("user_id"), .latest("public_key")])
    package static let projects = SyncedTable(
        4, "projects",
        [
            .latest("name"), .latest("description"), .latest("status"), .madeOnce("created_at"),
            .madeOnce("created_by"),
        ])
    package static let prompts = SyncedTable(
        5, "prompts",
        [
            .latest("name"), .latest("description"), .latest("category"), .latest("status"), .latest("visibility"),
            .latest("is_template"), .latest("template_format"), .latest("project_id"), .latest("archived_at"),
            .madeOnce("created_at"), .madeOnce("created_by"),
        ])
    /// All but the message and who, where and when is covered by the hash that is the id.
    package static let versions = SyncedTable(
        6, "versions",
        [
            .madeOnce("prompt_id"), .madeOnce("parents"), .madeOnce("generation"), .madeOnce("kind"),
            .madeOnce("body"), .madeOnce("settings"), .madeOnce("variables"), .madeOnce("type"),
            .writtenOnce("message"), .madeOnce("author_id"), .madeOnce("node_id"), .madeOnce("created_at"),
        ], root: ("prompts", "prompt_id"), idLength: 32, isImmutable: true)
    package static let tips = SyncedTable(
        7, "tips", [.latest("prompt_id"), .latest("branch"), .latest("version_id")], root: ("prompts", "prompt_id"))
    package static let tags = SyncedTable(
        8, "tags", [.latest("prompt_id"), .latest("tag")], root: ("prompts", "prompt_id"))
    package static let metadata = SyncedTable(
        9, "metadata", [.latest("prompt_id"), .latest("key"), .latest("value")], root: ("prompts", "prompt_id"))
    package static let favourites = SyncedTable(
        10, "favourites", [.latest("user_id"), .latest("prompt_id"), .madeOnce("created_at")])
    package static let groups = SyncedTable(
        11, "groups",
        [
            .latest("name"), .latest("description"), .madeOnce("created_at"), .madeOnce("created_by"),
            .latest("visibility"),
        ])
    package static let groupEntries = SyncedTable(
        12, "group_entries", [.latest("group_id"), .latest("prompt_id"), .latest("rank")],
        root: ("groups", "group_id"))
    package static let usageEvents = SyncedTable(
        13, "usage_events",
        ["prompt_id", "version_id", "user_id", "node_id", "kind", "occurred_at"].map { .madeOnce($0) },
        later: [
            "provider", "model", "input_tokens", "cached_tokens", "output_tokens", "cost", "latency", "outcome",
            "route",
        ].map { .madeOnce($0) }, isAppendOnly: true)
    package static let conflicts = SyncedTable(
        14, "conflicts",
        ["table_name", "row_id", "column_name", "hlc", "replica", "seq", "value"].map { .madeOnce($0) },
        isAppendOnly: true)

    package static let labels = SyncedTable(
        15, "labels", [.latest("prompt_id"), .latest("label"), .latest("version_id")], root: ("prompts", "prompt_id"))

    package static let preferences = SyncedTable(
        16, "preferences", [.latest("owner_id"), .latest("key"), .latest("value")])

    /// A prompt that was erased for good, everywhere.
    package static let purges = SyncedTable(
        17, "purges", ["prompt_id", "reason", "user_id", "node_id", "purged_at"].map { .madeOnce($0) },
        isAppendOnly: true)
}

/// The tables whose rows travel, as one schema has them.
package struct SyncedTables: Sendable {
    package let all: [SyncedTable]
    private let byName: [String: SyncedTable]
    private let byNumber: [Int: SyncedTable]
    private let roots: Set<String>

    /// - Parameter all: in the order in which they are gone through; of two with one name or number the
    ///   later counts.
    package init(_ all: [SyncedTable]) {
        byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        byNumber = Dictionary(all.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        roots = Set(all.compactMap { $0.root?.table })
        self.all = all
    }

    /// Whether rows of other tables belong to rows of this one.
    func isRoot(_ table: SyncedTable) -> Bool { roots.contains(table.name) }

    package func named(_ name: String) -> SyncedTable? { byName[name] }
    package func numbered(_ number: Int) -> SyncedTable? { byNumber[number] }

    /// Those of the schema of this Offbook.
    package static let shipped = SyncedTables([
        .workspaces, .users, .nodes, .projects, .prompts, .versions, .tips, .tags, .metadata, .favourites, .groups,
        .groupEntries, .usageEvents, .conflicts, .labels, .preferences, .purges, .jobs, .testRuns, .styles,
        .styleVersions, .providers, .models, .sharedAnswers, .policies, .violations,
    ])
}

extension TableShape.Column {
    /// Last writer wins, and what lost is journalled.
    static func latest(_ name: String) -> Self { Self(name) }
    /// Last writer wins, and nobody misses what lost.
    static func counted(_ name: String) -> Self { Self(name, isJournalled: false) }
    /// The first writing stays; one that lost is journalled, as somebody wrote it.
    fileprivate static func writtenOnce(_ name: String) -> Self { Self(name, rule: .earliest) }
    /// The first writing stays; a machine filled it in, or the row's id is its hash.
    static func madeOnce(_ name: String) -> Self { Self(name, rule: .earliest, isJournalled: false) }
}

/// Names a row in this file.
struct RowKey: Hashable {
    var table: Int
    var id: RowID
}
