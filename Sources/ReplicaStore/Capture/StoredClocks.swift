internal import Changesets
internal import GRDB

/// A row's clock as the file has it.
struct StoredClock {
    var key: RowKey
    var clock: RowClock
    /// What the packed clock takes.
    var bytes: Int
    var position: Int64
    var isDirty: Bool
    /// Of the state that was last published.
    var hash: UInt64?
    /// On a server: who may read it.
    var audience: Int64?
}

extension WriteTransaction {
    /// The clocks of many rows, ascending by position.
    ///
    /// - Parameter condition: SQL, with a place for each of `values`.
    func storedClocks(where condition: String, _ values: [Value] = []) throws -> [StoredClock] {
        var found: [StoredClock] = []
        let select = try SQLStatement(
            database,
            "SELECT tbl, id, clock, position, dirty, hash, audience FROM row_clocks WHERE \(condition) ORDER BY position"
        )
        try select.forEach(values) { row in
            guard let id = row.rowID(1) else { return }
            let packed = row.bytes(2)
            found.append(
                StoredClock(
                    key: RowKey(table: Int(row.integer(0)), id: id), clock: try clocks.unpack(packed),
                    bytes: packed.count, position: row.integer(3), isDirty: row.integer(4) != 0, hash: row.hash(5),
                    audience: row.value(6).integer))
        }
        return found
    }
}
