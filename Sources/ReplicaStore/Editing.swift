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
        try requireCapture()
        try judge(table, id, values)
        let (columns, row) = try arranged(values, table)
        try statement(EditShape(table: table.number, columns: columns, isInsert: true)) {
            Self.insertSQL(table, Self.names(columns, table))
        }.run([.blob(id)] + row)
    }

    package func update(_ table: SyncedTable, _ id: RowID, _ values: [String: Value]) throws {
        try requireCapture()
        try judge(table, id, values)
        let (columns, row) = try arranged(values, table)
        try statement(EditShape(table: table.number, columns: columns, isInsert: false)) {
            let sets = Self.names(columns, table).map { "\($0) = ?" }.joined(separator: ", ")
            return "UPDATE \(table.name) SET \(sets) WHERE id = ?"
        }.run(row + [.blob(id)])
    }

    /// The values in the order of the table's columns, and which columns these are, as a bit mask.
    private func arranged(_ values: [String: Value], _ table: SyncedTable) throws -> (columns: UInt64, row: [Value]) {
        var columns: UInt64 = 0
        var row: [Value] = []
        row.reserveCapacity(values.count)
        for (place, column) in table.columns.enumerated() {
            guard let value = values[column] else { continue }
            columns |= 1 << UInt64(place)
            row.append(value)
        }
        guard row.count == values.count else {
            throw ReplicaError(.internalFault, "the table \(table.name) has not all of \(values.keys.sorted())")
        }
        return (columns, row)
    }

    private static func names(_ columns: UInt64, _ table: SyncedTable) -> [String] {
        table.columns.enumerated().filter { columns >> UInt64($0.offset) & 1 == 1 }.map(\.element)
    }

    private static func insertSQL(_ table: SyncedTable, _ columns: [String]) -> String {
        let names = columns.reduce(into: "id") { $0 += ", \($1)" }
        let holes = columns.reduce(into: "?") { holes, _ in holes += ", ?" }
        // Where a row is immutable, a trigger refuses one that is there before a conflict is noticed.
        return table.isImmutable
            ? "INSERT INTO \(table.name) (\(names)) SELECT \(holes) WHERE NOT EXISTS (SELECT 1 FROM \(table.name) WHERE id = ?1)"
            : "INSERT INTO \(table.name) (\(names)) VALUES (\(holes)) ON CONFLICT (id) DO NOTHING"
    }

    /// Prepared once a transaction: putting the text together for each row costs a third of an insert.
    private func statement(_ shape: EditShape, _ sql: () -> String) throws -> SQLStatement {
        if let statement = edits[shape] { return statement }
        let statement = try SQLStatement(database, sql())
        edits[shape] = statement
        return statement
    }

    package func nameNode(_ name: String) throws {
        guard name != identity.nodeName else { return }
        try execute("UPDATE replica SET node_name = ?", [.text(name)])
        try update(.nodes, replica.rowID, ["name": .text(name)])
    }

    package func delete(from table: SyncedTable, _ id: RowID) throws {
        try requireCapture()
        try judge(table, id, nil)
        try execute("DELETE FROM \(table.name) WHERE id = ?", [.blob(id)])
    }

    /// Makes a deleted row live again with the values it had.
    package func undelete(_ table: SyncedTable, _ id: RowID) throws {
        try requireCapture()
        try judge(table, id, [:])
        // All of them, whatever the use case that asks for it knows.
        let columns = (["id"] + (tables.named(table.name) ?? table).columns).joined(separator: ", ")
        let graveyard = CaptureSchema.graveyard(table)
        try execute(
            "INSERT INTO \(table.name) (\(columns)) SELECT \(columns) FROM \(graveyard) WHERE id = ?", [.blob(id)])
    }
}

/// What tells one insert or update statement from another.
struct EditShape: Hashable {
    var table: Int
    /// A bit mask.
    var columns: UInt64
    var isInsert: Bool
}
