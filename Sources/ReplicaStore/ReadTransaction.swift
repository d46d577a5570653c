package import Changesets
internal import GRDB

/// One consistent state of a replica. Only valid within the closure that got it.
package struct ReadTransaction {
    let database: Database
    /// The synced tables of this replica.
    package let tables: SyncedTables

    let seen: SeenRows
    /// Who reads, if not the replica's own user.
    private let reader: RowID?

    init(_ database: Database, _ tables: SyncedTables, _ seen: SeenRows = .all, _ reader: RowID? = nil) {
        self.database = database
        self.tables = tables
        self.seen = seen
        self.reader = reader
    }

    /// Who reads.
    package func currentUser() throws -> RowID { try reader ?? identity().user }

    func identity() throws -> ReplicaIdentity { try ReplicaIdentity(database) }

    func hasUnfoldedChanges() throws -> Bool {
        try Bool.fetchOne(database.keptStatement("SELECT EXISTS (SELECT 1 FROM change_log)")) ?? false
    }

    /// The digest of the visible state, by which two replicas can be told equal: every row that is
    /// alive and whose root is. The journal is left aside, and so is who takes part: each node
    /// announces itself, and the others learn of it with their next sync.
    package func visibleDigest() throws -> RowDigest {
        var digest = RowDigest()
        let rules = RowRules(database)
        let aside = [SyncedTable.conflicts, .users, .nodes].map(\.number)
        for table in tables.all where !aside.contains(table.number) {
            let count = table.columns.count
            try SQLStatement(database, Self.visibleRows(table)).forEach { row in
                guard let id = row.rowID(0) else { return }
                let values = try rules.withoutUnwritten((1...count).map { row.value($0) }, of: table)
                digest.add(table: table.name, id: id, values: values)
            }
        }
        return digest
    }

    private static func visibleRows(_ table: SyncedTable) -> String {
        let select = "SELECT id, \(table.columns.joined(separator: ", ")) FROM \(table.name)"
        guard let root = table.root else { return select }
        return "\(select) WHERE \(root.column) IN (SELECT id FROM \(root.table))"
    }
}
