package import Changesets
internal import GRDB

extension WriteTransaction {
    /// Runs one statement of the library's own SQL.
    func execute(_ sql: String, _ values: [Value]) throws {
        if statements[sql] == nil { statements[sql] = try SQLStatement(database, sql) }
        try statements[sql]?.run(values)
    }

    /// Inserts a row of a synced table that is not there yet; the id decides.
    package func insert(into table: SyncedTable, _ id: RowID, _ values: [String: Value]) throws {
        let columns = values.keys.sorted()
        let holes = Array(repeating: "?", count: columns.count + 1).joined(separator: ", ")
        let names = (["id"] + columns).joined(separator: ", ")
        let row = [.blob(id)] + columns.map { values[$0] ?? .null }
        if table.isImmutable {
            let guarded = "INSERT INTO \(table.name) (\(names)) SELECT \(holes)"
            try execute("\(guarded) WHERE NOT EXISTS (SELECT 1 FROM \(table.name) WHERE id = ?1)", row)
        } else {
            try execute("INSERT INTO \(table.name) (\(names)) VALUES (\(holes)) ON CONFLICT (id) DO NOTHING", row)
        }
    }

    package func update(_ table: SyncedTable, _ id: RowID, _ values: [String: Value]) throws {
        let columns = values.keys.sorted()
        let sets = columns.map { "\($0) = ?" }.joined(separator: ", ")
        try execute("UPDATE \(table.name) SET \(sets) WHERE id = ?", columns.map { values[$0] ?? .null } + [.blob(id)])
    }

    package func delete(from table: SyncedTable, _ id: RowID) throws {
        try execute("DELETE FROM \(table.name) WHERE id = ?", [.blob(id)])
    }

    /// Makes a deleted row live again with the values it had.
    package func undelete(_ table: SyncedTable, _ id: RowID) throws {
        let columns = (["id"] + table.columns).joined(separator: ", ")
        let graveyard = CaptureSchema.graveyard(table)
        try execute(
            "INSERT INTO \(table.name) (\(columns)) SELECT \(columns) FROM \(graveyard) WHERE id = ?", [.blob(id)])
    }
}
