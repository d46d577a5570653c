internal import Changesets
internal import GRDB

/// Rows that are not any more what was published, though no transaction wrote them: something went
/// round the triggers, or the file was damaged.
extension WriteTransaction {
    func damagedRows() throws -> Set<RowKey> {
        var keys: Set<RowKey> = []
        try SQLStatement(database, "SELECT tbl, id FROM damaged_rows").forEach { row in
            if let id = row.rowID(1) { keys.insert(RowKey(table: Int(row.integer(0)), id: id)) }
        }
        return keys
    }

    /// As a server it does not publish the row, until a client gives it back.
    func noteDamaged(_ key: RowKey) throws {
        let name: [Value] = [.integer(Int64(key.table)), .blob(key.id)]
        try execute("INSERT OR IGNORE INTO damaged_rows (tbl, id) VALUES (?, ?)", name)
        guard try reading.isPublisher else { return }
        let former = try stored(key)
        if former.hash != nil {
            try execute(
                "UPDATE damaged_rows SET hash = ? WHERE tbl = ? AND id = ?", [Value(hash: former.hash)] + key.values)
        }
        try setHash(nil, of: key, insteadOf: former.hash)
        try audiences.count(nil, in: nil, insteadOf: former.hash, in: former.audience)
    }

    /// As a server: whether a state is the one of a damaged row that was published. Whoever has it may give it
    /// back.
    func isPublishedState(_ row: RowState, of key: RowKey, _ table: SyncedTable) throws -> Bool {
        let select = try statement("SELECT hash FROM damaged_rows WHERE tbl = ? AND id = ?")
        guard let hash = try select.first(key.values, { $0.hash(0) }) ?? nil else { return false }
        return row.hash(of: table.shape) == hash
    }

    /// Its row is nowhere. Where a server has published it, the next sync brings it back.
    func forgetClock(_ key: RowKey) throws {
        let former = try stored(key)
        try countHash(nil, insteadOf: former.hash)
        try audiences.count(nil, in: nil, insteadOf: former.hash, in: former.audience)
        try execute("DELETE FROM row_clocks WHERE tbl = ? AND id = ?", [.integer(Int64(key.table)), .blob(key.id)])
    }

    private func stored(_ key: RowKey) throws -> (hash: UInt64?, audience: Int64?) {
        let select = try statement("SELECT hash, audience FROM row_clocks WHERE tbl = ? AND id = ?")
        return try select.first(key.values) { ($0.hash(0), $0.value(1).integer) } ?? (nil, nil)
    }

    /// Takes what is here of a row away, to make room for its published state. Should somebody have
    /// meant it, it is kept aside.
    ///
    /// - Returns: the hash under which it was published.
    func removeDamaged(_ key: RowKey, _ table: SyncedTable, unless published: RowState) throws -> UInt64? {
        for isAlive in table.isImmutable ? [true] : [true, false] {
            guard let values = try rows[key.table].values(of: key.id, isAlive: isAlive) else { continue }
            // What is kept of a newer schema stays out: nobody could accept it.
            guard values[...] != published.values.prefix(values.count) else { continue }
            var row = RowState(id: key.id, clock: published.clock, values: values)
            if !table.shape.isAppendOnly { row.clock.columns = ColumnStamps(row.clock.columns.all(values.count)) }
            try setAside(row, of: table, as: .damaged, "it was not what was published, and nobody had edited it")
        }
        try rows.forget(key)
        try execute("DELETE FROM damaged_rows WHERE tbl = ? AND id = ?", [.integer(Int64(key.table)), .blob(key.id)])
        return try stored(key).hash
    }
}

extension ClockTable.Entry {
    /// Whether the row, clean as it is, is not what was published.
    func isDamaged(_ row: RowState?, _ table: SyncedTable) -> Bool {
        guard let hash, !isDirty || planted(.repairTakesServers) else { return false }
        return row?.hash(of: table.shape) != hash
    }
}
