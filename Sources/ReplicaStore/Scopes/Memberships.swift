internal import Changesets
internal import GRDB

/// Which prompt is in which group: so that it is known whose audience a change of an entry or of a group
/// changes, before and after.
struct Memberships {
    private let transaction: WriteTransaction

    init(_ transaction: WriteTransaction) { self.transaction = transaction }

    /// Brings them up to date with what changed.
    ///
    /// - Returns: the prompts that came into a group, or went out of one.
    func update(_ changed: some Sequence<RowKey>) throws -> Set<RowID> {
        var prompts: Set<RowID> = []
        for entry in try entries(changed) { prompts.formUnion(try update(entry)) }
        return prompts
    }

    /// Those that changed, and those of groups that were deleted, or came back.
    private func entries(_ changed: some Sequence<RowKey>) throws -> Set<RowID> {
        var entries = ids(changed, in: .groupEntries)
        for group in ids(changed, in: .groups) {
            let isAlive =
                try transaction.statement("SELECT 1 FROM groups WHERE id = ?").first([.blob(group)]) { _ in true }
                ?? false
            let counted = try ids("SELECT entry FROM memberships WHERE group_id = ?", group)
            if isAlive == counted.isEmpty {
                entries.formUnion(isAlive ? try ids("SELECT id FROM group_entries WHERE group_id = ?", group) : counted)
            }
        }
        return entries
    }

    private func update(_ entry: RowID) throws -> Set<RowID> {
        let former = try membership("SELECT group_id, prompt_id FROM memberships WHERE entry = ?", entry)
        let current = try membership(
            "SELECT group_id, prompt_id FROM group_entries WHERE id = ? AND group_id IN (SELECT id FROM groups)", entry)
        guard former?.group != current?.group || former?.prompt != current?.prompt else { return [] }
        try transaction.execute("DELETE FROM memberships WHERE entry = ?", [.blob(entry)])
        if let current {
            try transaction.execute(
                "INSERT INTO memberships (entry, group_id, prompt_id) VALUES (?, ?, ?)",
                [.blob(entry), .blob(current.group), .blob(current.prompt)])
        }
        return Set([former?.prompt, current?.prompt].compactMap { $0 })
    }

    private func membership(_ sql: String, _ entry: RowID) throws -> (group: RowID, prompt: RowID)? {
        try transaction.statement(sql).first([.blob(entry)]) { row in
            row.rowID(0).flatMap { group in row.rowID(1).map { (group, $0) } }
        } ?? nil
    }

    private func ids(_ changed: some Sequence<RowKey>, in table: SyncedTable) -> Set<RowID> {
        Set(changed.lazy.filter { $0.table == table.number }.map(\.id))
    }

    private func ids(_ sql: String, _ group: RowID) throws -> Set<RowID> { try ids(sql, [.blob(group)]) }

    private func ids(_ sql: String, _ values: [Value]) throws -> Set<RowID> {
        var found: Set<RowID> = []
        try transaction.statement(sql).forEach(values) { if let id = $0.rowID(0) { found.insert(id) } }
        return found
    }
}
