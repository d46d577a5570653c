internal import Changesets
internal import GRDB

/// Moves what was kept of a newer schema into the tables and columns that a migration has just made. That
/// is not an edit: clocks say the same as before, positions stay, and what was dirty stays dirty.
struct TakingUp {
    private let transaction: WriteTransaction
    private let former: RowTables
    private let formerTables: SyncedTables
    private let rules: RowRules

    /// - Parameter former: the tables and columns before the migration.
    init(_ transaction: WriteTransaction, _ former: SyncedTables) throws {
        self.transaction = transaction
        self.former = RowTables(transaction.database, former)
        formerTables = former
        rules = RowRules(transaction.database)
    }

    func run() throws {
        try transaction.withoutCapture {
            for table in transaction.tables.all {
                if let before = formerTables.named(table.name) {
                    if before.columns != table.columns { try takeUp(before, table) }
                } else if let kept = try former.table(named: table.name) {
                    try takeUp(kept, table)
                    try renumber(kept, table)
                    try transaction.execute("DELETE FROM kept_tables WHERE number = ?", [.integer(Int64(kept.number))])
                }
            }
        }
        try transaction.finish()
    }

    /// In what is remembered of rows that need not be here.
    private func renumber(_ before: SyncedTable, _ table: SyncedTable) throws {
        for list in ["collected", "departures", "refused", "rootless", "carried"] {
            try transaction.execute(
                "UPDATE \(list) SET tbl = ? WHERE tbl = ?",
                [.integer(Int64(table.number)), .integer(Int64(before.number))])
        }
    }

    private func takeUp(_ before: SyncedTable, _ table: SyncedTable) throws {
        for id in try rows(of: before) {
            let key = RowKey(table: before.number, id: id)
            guard let clock = try transaction.clocks.entry(key)?.clock, let state = try state(key, clock) else {
                continue
            }
            try move(state, key, before, table)
        }
    }

    /// A row that has lost columns counts as one that never had them: nothing must keep a library from being
    /// opened. One that is nowhere is left for whoever examines the library.
    private func state(_ key: RowKey, _ clock: RowClock) throws -> RowState? {
        if let state = try former.state(key, clock)?.state { return state }
        guard try former.hasLostExtras(key, clock) else { return nil }
        var known = clock
        known.columns = ColumnStamps(clock.columns.all(try former[key.table].table.columns.count))
        return try former.state(key, known)?.state
    }

    /// Those with something kept: of a table that was not known, all.
    private func rows(of table: SyncedTable) throws -> [RowID] {
        let source = table.isKept ? "row_clocks" : "kept_columns"
        var ids: [RowID] = []
        let select = try SQLStatement(
            transaction.database, "SELECT DISTINCT id FROM \(source) WHERE tbl = ? ORDER BY id")
        try select.forEach([.integer(Int64(table.number))]) { row in row.rowID(0).map { ids.append($0) } }
        return ids
    }

    private func move(_ state: RowState, _ key: RowKey, _ before: SyncedTable, _ table: SyncedTable) throws {
        let row = try aligned(state, before, table)
        let wasAlive = before.isKept ? nil : state.clock.isAlive
        guard let reason = try rules.objection(to: row, in: table) else { return try put(row, key, table, wasAlive) }
        // No Offbook that knew the table would have taken it.
        try transaction.setAside(state, of: before, as: .refused, reason)
        if before.isKept { return try forget(key) }
        try put(
            aligned(state.without(table.columns, known: before.columns.count), before, table), key, table, wasAlive)
    }

    private func aligned(_ state: RowState, _ before: SyncedTable, _ table: SyncedTable) throws -> RowState {
        let batch = RowBatch(state.shape(before.shape), rows: [state])
        return try rules.alignment(of: batch, to: table)(batch.rows.first ?? state)
    }

    private func put(_ row: RowState, _ key: RowKey, _ table: SyncedTable, _ wasAlive: Bool?) throws {
        let place = RowKey(table: table.number, id: key.id)
        try former.kept.forget(key)
        try transaction.rows.write(row, place, wasAlive: wasAlive)
        try transaction.clocks.move(key, to: place, row.clock)
    }

    private func forget(_ key: RowKey) throws {
        try former.kept.forget(key)
        try transaction.forgetClock(key)
    }
}

extension RowState {
    /// The state without those extras.
    ///
    /// - Parameter known: how many columns are none.
    fileprivate func without(_ names: [String], known: Int) -> RowState {
        let stays = extras.indices.filter { !names.contains(extras[$0].name) }
        var state = self
        state.extras = stays.map { extras[$0] }
        state.values = values.prefix(known) + stays.map { values[known + $0] }
        if !clock.isAppendOnly {
            let stamps = clock.columns.all(known) + stays.map { clock.columns[known + $0] }
            state.clock.columns = ColumnStamps(stamps)
        }
        return state
    }
}
