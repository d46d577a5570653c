internal import AccessControl
package import Changesets
internal import GRDB

/// Whose work a pushed row is, but for the pusher's own.
struct Carriage {
    /// Replicas whose edits are new here.
    var replicas: [ReplicaID] = []
    /// Whom a new row names as its author.
    var user: RowID?

    var isEmpty: Bool { replicas.isEmpty && user == nil }

    init(_ row: RowState, _ current: RowState?, _ table: SyncedTable, pusher: ReplicaID, users: Set<RowID>) {
        let dots = row.clock.edits.entries + row.clock.deletes.entries
        let known = current.map { $0.clock.edits.entries + $0.clock.deletes.entries } ?? []
        let new = dots.filter { dot in
            dot.replica != pusher && !known.contains { $0.replica == dot.replica && $0.seq >= dot.seq }
        }
        replicas = Set(new.map(\.replica)).sorted()
        guard current == nil else { return }
        let fields = RowFields(row, table)
        let author = fields.id("author_id") ?? fields.id("created_by")
        user = author.flatMap { users.contains($0) ? nil : $0 }
    }
}

/// A row that somebody pushed for another: "A, via B".
package struct CarriedRow: Hashable, Sendable {
    package var table: String
    package var row: RowID
    /// Whose edits came; nil where they are the pusher's own, in another's name.
    package var authorReplica: ReplicaID?
    /// Whom the row names as its author, where that is not the pusher.
    package var authorUser: RowID?
    /// Who pushed it, and answers for it.
    package var account: String
    package var replica: ReplicaID
    /// Unix milliseconds.
    package var carriedAt: Int64
}

extension WriteTransaction {
    func note(_ carriage: Carriage, of key: RowKey, _ actor: Actor, _ pusher: ReplicaID) throws {
        guard !carriage.isEmpty else { return }
        let replicas: [ReplicaID?] = carriage.replicas.isEmpty ? [nil] : carriage.replicas
        for replica in replicas {
            try execute(
                """
                INSERT INTO carried (tbl, id, author_replica, author_user, account, replica, carried_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                key.values + [
                    replica.map { .blob($0.rowID) } ?? .null, carriage.user.map { .blob($0) } ?? .null,
                    .text(actor.account), .blob(pusher.rowID), .integer(now),
                ])
        }
    }
}

extension ReadTransaction {
    /// The oldest first.
    ///
    /// - Parameter row: only what is said of that row.
    package func carriedRows(of row: RowID? = nil) throws -> [CarriedRow] {
        var found: [CarriedRow] = []
        let names = RowTables(database, tables)
        let select = try SQLStatement(
            database,
            """
            SELECT tbl, id, author_replica, author_user, account, replica, carried_at FROM carried
            WHERE ?1 IS NULL OR id = ?1 ORDER BY n
            """)
        try select.forEach([row.map { .blob($0) } ?? .null]) { row in
            guard let id = row.rowID(1), let replica = row.rowID(5).flatMap({ ReplicaID($0.bytes) }) else { return }
            found.append(
                CarriedRow(
                    table: try names[Int(row.integer(0))].table.name, row: id,
                    authorReplica: row.rowID(2).flatMap { ReplicaID($0.bytes) }, authorUser: row.rowID(3),
                    account: row.value(4).text ?? "", replica: replica, carriedAt: row.integer(6)))
        }
        return found
    }
}
