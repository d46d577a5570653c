package import Changesets
internal import GRDB

/// A row that was written, here or by a join, and what it is now.
package struct ChangedRow: Sendable {
    package var table: String
    package var id: RowID
    package var position: Int64
    package var isAlive: Bool
    /// Its latest: when it was written, and on which replica; nil for a row of a kind that is never changed.
    package var stamp: Stamp?
    /// By their columns' names: as it is, or was when it was deleted.
    package var values: [String: Value]
}

extension ReadTransaction {
    /// Rows that were written after a position, ascending by theirs: each once, as it is now.
    ///
    /// To be called in a state that is folded.
    ///
    /// - Returns: the rows of the next `limit` positions, and where these end; nil where there are no more.
    package func changedRows(after position: Int64, limit: Int) throws -> (rows: [ChangedRow], through: Int64)? {
        let (clocks, rows) = (try ClockTable(database), RowTables(database, tables))
        var (found, through): ([ChangedRow], Int64?) = ([], nil)
        let select = try SQLStatement(
            database, "SELECT tbl, id, clock, position FROM row_clocks WHERE position > ? ORDER BY position LIMIT ?")
        try select.forEach([.integer(position), .integer(Int64(limit))]) { row in
            through = row.integer(3)
            guard let id = row.rowID(1) else { return }
            let clock = try clocks.unpack(row.bytes(2))
            let key = RowKey(table: Int(row.integer(0)), id: id)
            guard let (state, table) = try rows.state(key, clock) else { return }
            let stamps = clock.columns.distinct + [clock.deletion].compactMap { $0 }
            found.append(
                ChangedRow(
                    table: table.name, id: id, position: row.integer(3), isAlive: clock.isAlive, stamp: stamps.max(),
                    values: Dictionary(zip(table.columns, state.values)) { first, _ in first }))
        }
        return through.map { (found, $0) }
    }

    /// The position of the row that was written last.
    package func lastPosition() throws -> Int64 { try identity().lastPosition }
}
