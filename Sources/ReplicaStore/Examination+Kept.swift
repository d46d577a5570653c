internal import Changesets
internal import GRDB

/// What is kept of a newer schema, as it is examined and mended.
extension ReadTransaction {
    func keptFindings(_ clocks: ClockTable, _ rows: RowTables, _ rules: RowRules) throws -> [Finding] {
        try rows.keptTables().flatMap { try clockFindings($0, clocks, rows, rules) }
    }
}

extension Finding {
    static func lostColumns(of key: RowKey, in table: SyncedTable) -> Finding {
        Finding(
            kind: .keptColumns, table: table.name, row: key.id.hex,
            detail: "columns that only a newer Offbook knows are gone",
            mending: "forget them; where the server has them, the next sync brings them back")
    }
}

extension WriteTransaction {
    /// The row counts as one that never had these columns: whoever has them makes it whole by a join.
    func mendExtras(of key: RowKey) throws {
        guard var entry = try clocks.entry(key) else { return }
        let known = try rows[key.table].table.columns.count
        entry.clock.columns = ColumnStamps(entry.clock.columns.all(known))
        try rows.kept.forget(key)
        try clocks.store(key, entry)
        try execute("UPDATE remote SET position = 0", [])
    }
}
