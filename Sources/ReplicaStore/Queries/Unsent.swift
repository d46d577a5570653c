internal import GRDB

/// What is to be sent to the server, by how far it goes: another value shows that there is more.
package struct Unsent: Hashable, Sendable {
    /// Of the last row that was changed.
    package var position: Int64?
    /// Of the last change that is not folded yet.
    package var change: Int64?
}

extension Replica {
    /// - Returns: nil where there is nothing to be sent. Costs some microseconds, however large the library is.
    package func unsent() throws -> Unsent? {
        try readOne { transaction in
            let sql = "SELECT (SELECT max(position) FROM row_clocks WHERE dirty = 1), (SELECT max(n) FROM change_log)"
            let unsent = try SQLStatement(transaction.database, sql).first([]) { row in
                Unsent(position: row.value(0).integer, change: row.value(1).integer)
            }
            return unsent.flatMap { $0.position == nil && $0.change == nil ? nil : $0 }
        }
    }
}
