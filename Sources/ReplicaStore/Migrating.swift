internal import Changesets
internal import GRDB

/// Brings the schema of a replica file up to date: all migrations that it lacks, in one transaction.
struct Migrating {
    private let path: String
    private let surroundings: Surroundings
    private let home: String
    private var schema: ReplicaSchema { surroundings.schema }

    init(_ path: String, _ surroundings: Surroundings, home: String) {
        self.path = path
        self.surroundings = surroundings
        self.home = home
    }

    func run(_ writer: any DatabaseWriter, mayWrite: Bool) throws {
        let known = schema.migrations.count
        let version = try writer.read { try Self.version($0) }
        if version == known { return }
        guard version < known else {
            throw ReplicaError(
                .newerSchema,
                "\(path) was written by a newer Offbook (schema \(version), this one knows \(known)): upgrade this one")
        }
        guard mayWrite else {
            throw ReplicaError(.readOnly, "\(path) is of an older Offbook: open it for writing first")
        }
        if version > 0 { try surroundings.beforeMigration(path) }
        try writer.write { database in
            // Another process may have been first.
            let version = try Self.version(database)
            if version < known { try migrate(database, from: version) }
        }
    }

    private static func version(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    private func migrate(_ database: Database, from version: Int) throws {
        let former = try planted(.keptNotTakenUp) ? schema.tables : schema.tables.present(in: database)
        // Filling a new column is not an edit.
        try database.withoutTriggers {
            for sql in schema.migrations.dropFirst(version) { try database.execute(sql: sql) }
        }
        let hasRows = try version > 0 && !isRetired(database)
        if hasRows { try foldLog(database, of: former) }
        try CaptureSchema.install(schema.tables, database)
        if hasRows { try TakingUp(WriteTransaction(database, surroundings, capturing: true), former).run() }
        try database.execute(sql: "PRAGMA user_version = \(schema.migrations.count)")
    }

    private func isRetired(_ database: Database) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT retired_into IS NOT NULL FROM replica") ?? true
    }

    /// What was inserted before a column was there did not write it.
    private func foldLog(_ database: Database, of former: SyncedTables) throws {
        guard try ReadTransaction(database, former).hasUnfoldedChanges() else { return }
        var surroundings = surroundings
        surroundings.schema.tables = former
        let transaction = try WriteTransaction(database, surroundings, capturing: true)
        try transaction.settle(in: home)
        try transaction.fold()
        try transaction.finish()
    }
}

extension SyncedTables {
    /// Those of the tables, with those of their columns, that are there already. New columns come after
    /// the others, so that the places of these are what they were.
    fileprivate func present(in database: Database) throws -> SyncedTables {
        SyncedTables(
            try all.compactMap { table in
                let columns = try String.fetchAll(
                    database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table.name])
                return columns.isEmpty ? nil : table.having(columns)
            })
    }
}

extension SyncedTable {
    /// The table with only those of its columns.
    fileprivate func having(_ names: [String]) -> SyncedTable {
        SyncedTable(
            number, name, shape.columns.filter { names.contains($0.name) }, root: root, idLength: idLength,
            isImmutable: isImmutable, isAppendOnly: shape.isAppendOnly)
    }
}
