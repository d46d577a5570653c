internal import Changesets
internal import GRDB

extension SyncedTable {
    /// The column that names the purged thing: rows of these tables go with their prompt, and never come
    /// back. Nil for all others.
    ///
    /// Of a table that only a newer schema has, rows that name the prompt as all others do.
    var purgeLink: String? {
        if isKept { return "prompt_id" }
        return switch number {
        case Self.prompts.number: "id"
        case let number where Self.purgedByName.contains { $0.number == number }: "prompt_id"
        case Self.conflicts.number: "row_id"
        default: root.flatMap { $0.table == Self.prompts.name ? $0.column : nil }
        }
    }
}

/// Tells rows that were purged: by their own id, or by the prompt, or the row, that they belong to.
struct PurgedRows {
    private let transaction: WriteTransaction
    let isEmpty: Bool

    init(_ transaction: WriteTransaction) throws {
        self.transaction = transaction
        isEmpty = try transaction.statement("SELECT 1 FROM purged LIMIT 1").first([]) { _ in true } == nil
    }

    /// - Parameter columns: the columns of the row's values.
    func contains(_ row: RowState, of table: SyncedTable, _ columns: [String]) throws -> Bool {
        guard !isEmpty, let link = table.purgeLink else { return false }
        if try isPurged(row.id) { return true }
        guard let place = columns.firstIndex(of: link), place < row.values.count, let owner = row.values[place].rowID
        else { return false }
        return try isPurged(owner)
    }

    /// - Parameter row: as it is here, with what only a newer schema has.
    func contains(_ row: RowState, of table: SyncedTable) throws -> Bool {
        guard !isEmpty else { return false }
        return try contains(row, of: table, table.columns + row.extras.map(\.name))
    }

    private func isPurged(_ id: RowID) throws -> Bool {
        try transaction.statement("SELECT 1 FROM purged WHERE id = ?").first([.blob(id)]) { _ in true } ?? false
    }

    /// The page without them; nil where it has none.
    func removed(from page: ChangesetPage) throws -> ChangesetPage? {
        var page = page
        var isChanged = false
        for (place, batch) in page.batches.enumerated() {
            let table = try transaction.rows.table(named: batch.table) ?? SyncedTable(kept: -1, batch.table)
            let rows = try batch.rows.filter { try !contains($0, of: table, batch.columns) }
            isChanged = isChanged || rows.count < batch.rows.count
            page.batches[place] = RowBatch(batch.shape, rows: rows)
        }
        page.batches.removeAll(where: \.rows.isEmpty)
        return isChanged ? page : nil
    }
}

extension WriteTransaction {
    /// What was met of a purged prompt: its journal may come later.
    func notePurged(_ id: RowID) throws { try execute("INSERT OR IGNORE INTO purged (id) VALUES (?)", [.blob(id)]) }
}
