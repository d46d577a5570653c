package import Changesets
internal import FoundationEssentials
internal import GRDB

extension ReadTransaction {
    /// The conflict journal, newest first.
    package func conflicts() throws -> [ConflictRecord] { try conflicts("true", []) }

    package func conflicts(idLike digits: String) throws -> [ConflictRecord] {
        try conflicts("lower(hex(id)) LIKE lower(?1) || '%' OR lower(hex(id)) LIKE '%' || lower(?1)", [.text(digits)])
    }

    /// What was lost in a prompt: in its own row and in those that belong to it.
    package func conflicts(of prompt: RowID) throws -> [ConflictRecord] {
        let children = tables.all.filter { $0.columns.contains("prompt_id") && !$0.shape.isAppendOnly }
        let places = children.flatMap { table in
            [table.name] + (table.isImmutable ? [] : [CaptureSchema.graveyard(table)])
        }
        let subqueries = places.map { "SELECT id FROM \($0) WHERE prompt_id = ?1" }
        return try conflicts("row_id = ?1 OR row_id IN (\(subqueries.joined(separator: " UNION ")))", [.blob(prompt)])
    }

    private func conflicts(_ condition: String, _ arguments: [Value]) throws -> [ConflictRecord] {
        var records: [ConflictRecord] = []
        let select = try SQLStatement(
            database,
            """
            SELECT id, table_name, row_id, column_name, hlc, replica, seq, value FROM conflicts
            WHERE \(condition) ORDER BY hlc DESC, id
            """)
        try select.forEach(arguments) { row in
            guard let id = row.rowID(0), let lost = row.rowID(2), let replica = ReplicaID(row.bytes(5)) else { return }
            let dot = Dot(replica: replica, seq: UInt64(clamping: row.integer(6)))
            records.append(
                ConflictRecord(
                    id: id, table: row.value(1).text ?? "", row: lost, column: row.value(3).text ?? "",
                    stamp: Stamp(time: HybridTime(rawValue: row.integer(4)), dot: dot), value: row.value(7)))
        }
        return records
    }

    /// The value that a row's column has now, of a deleted row the last one.
    package func currentValue(of column: String, in table: SyncedTable, _ id: RowID) throws -> Value? {
        guard let place = table.columns.firstIndex(of: column) else { return nil }
        let rows = RowTable(database, table)
        let living = try rows.values(of: id, isAlive: true)
        let values = try table.isImmutable ? living : living ?? rows.values(of: id, isAlive: false)
        return values?[place]
    }
}
