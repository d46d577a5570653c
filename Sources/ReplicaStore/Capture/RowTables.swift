internal import Changesets
internal import GRDB

/// The rows of all tables, in one transaction: those of the schema, and what is kept of a newer one.
/// Statements are prepared as they are needed.
final class RowTables {
    let kept: KeptColumns
    private let database: Database
    private let synced: SyncedTables
    private let keptNames: KeptTables
    private var tables: [Int: RowTable] = [:]

    init(_ database: Database, _ synced: SyncedTables) {
        self.database = database
        self.synced = synced
        kept = KeptColumns(database)
        keptNames = KeptTables(database)
    }

    subscript(_ number: Int) -> RowTable {
        get throws {
            if let table = tables[number] { return table }
            guard let table = try synced.numbered(number) ?? keptNames.numbered(number) else {
                throw ReplicaError(.damaged, "this library names a table \(number) that is not known")
            }
            let rows = RowTable(database, table)
            tables[number] = rows
            return rows
        }
    }

    /// Nil for a name that neither the schema has nor any row here.
    func table(named name: String) throws -> SyncedTable? { try synced.named(name) ?? keptNames.named(name) }

    /// The table that a batch is of. One that is not known is kept from now on.
    func table(of batch: RowBatch) throws -> SyncedTable {
        if let table = synced.named(batch.table) { return table }
        let number = try keptNames.make(batch.table).number
        // Its rows have to be as the sender says.
        return SyncedTable(kept: number, batch.table, isAppendOnly: batch.shape.isAppendOnly)
    }

    /// The state of a row that has this clock; nil where its values are not there.
    func state(_ key: RowKey, _ clock: RowClock) throws -> (state: RowState, table: SyncedTable)? {
        let rows = try self[key.table]
        guard let values = try rows.values(of: key.id, isAlive: clock.isAlive) else { return nil }
        let state = RowState(id: key.id, clock: clock, values: values)
        guard try mayHaveExtras(key, clock, rows.table) else { return (state, rows.table) }
        return try withExtras(state, key).map { ($0, rows.table) }
    }

    /// A clock has stamps for just the columns that are kept. The empty clock can't tell.
    private func mayHaveExtras(_ key: RowKey, _ clock: RowClock, _ table: SyncedTable) throws -> Bool {
        clock.isAppendOnly ? try kept.isUsed(by: key.table) : clock.columns.count > table.columns.count
    }

    private func withExtras(_ state: RowState, _ key: RowKey) throws -> RowState? {
        let columns = try kept.columns(of: key)
        guard state.clock.isAppendOnly || state.values.count + columns.count == state.clock.columns.count else {
            return nil
        }
        var state = state
        state.extras = columns.map(\.column)
        state.values += columns.map(\.value)
        return state
    }

    /// Whether the row is there, and columns of a newer schema that its clock names are not.
    func hasLostExtras(_ key: RowKey, _ clock: RowClock) throws -> Bool {
        try self[key.table].values(of: key.id, isAlive: clock.isAlive) != nil && state(key, clock) == nil
    }

    /// The tables that only a newer schema has.
    func keptTables() throws -> [SyncedTable] {
        try keptNames.all().sorted { $0.value > $1.value }.map { SyncedTable(kept: $0.value, $0.key) }
    }

    /// Puts the row where it belongs, and takes it from where it was.
    ///
    /// - Parameter wasAlive: nil for a row that is new here.
    func write(_ row: RowState, _ key: RowKey, wasAlive: Bool?) throws {
        let rows = try self[key.table]
        let known = rows.table.columns.count
        try rows.write(key.id, row.values.prefix(known), isAlive: row.clock.isAlive, wasAlive: wasAlive)
        if !row.extras.isEmpty { try kept.write(row.extras, row.values.dropFirst(known), of: key) }
    }

    /// Takes all of the row away but its clock.
    func forget(_ key: RowKey) throws {
        try self[key.table].remove(key.id)
        try kept.forget(key)
    }
}
