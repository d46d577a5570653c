import Changesets
import GRDB

/// The table `prompts` of a database file, written to by raw statements: without Offbook's triggers
/// and tables the plain peer, on a replica's file what capture alone costs.
///
/// Opened as a replica is: write-ahead log, every commit synced to the disk unless told otherwise.
struct PromptTable {
    let path: String
    private let queue: DatabaseQueue

    enum Durability: String, Sendable {
        /// Every commit is synced to the disk.
        case full = "FULL"
        /// The log is, before it is written into the file: the last commits may be lost with the power.
        case normal = "NORMAL"
    }

    init(path: String, _ durability: Durability = .full) throws {
        self.path = path
        var configuration = Configuration()
        configuration.journalMode = .wal
        queue = try DatabaseQueue(path: path, configuration: configuration)
        // Not while the connection is prepared: after that, GRDB sets NORMAL with the journal mode.
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = \(durability.rawValue)") }
    }

    /// The statements that made the table and its indexes.
    func definition() throws -> String {
        let sql = """
            SELECT group_concat(sql, ';') FROM sqlite_schema
            WHERE tbl_name = 'prompts' AND type IN ('table', 'index') AND sql IS NOT NULL
            """
        return try queue.read { try String.fetchOne($0, sql: sql) ?? "" }
    }

    /// Makes the table in an empty file.
    func define(_ definition: String) throws { try queue.write { try $0.execute(sql: definition) } }

    func insert(_ batches: [[PromptRow]]) throws {
        try run(PromptRow.insertSQL, batches) { $0.insertValues }
    }

    func rename(_ batches: [[PromptRow]]) throws {
        try run(PromptRow.renameSQL, batches) { $0.renameValues }
    }

    /// One transaction a batch.
    private func run(_ sql: String, _ batches: [[PromptRow]], _ values: (PromptRow) -> [Value]) throws {
        try queue.writeWithoutTransaction { database in
            let (begin, commit) = (
                try RawStatement(database, "BEGIN IMMEDIATE"), try RawStatement(database, "COMMIT")
            )
            let statement = try RawStatement(database, sql)
            for batch in batches {
                try begin.run([])
                for row in batch { try statement.run(values(row)) }
                try commit.run([])
            }
        }
    }

    /// The same inserts through GRDB, whose own values were made before.
    func insertBound(_ batches: [[StatementArguments]]) throws { try runBound(PromptRow.insertSQL, batches) }

    func renameBound(_ batches: [[StatementArguments]]) throws { try runBound(PromptRow.renameSQL, batches) }

    private func runBound(_ sql: String, _ batches: [[StatementArguments]]) throws {
        try queue.writeWithoutTransaction { database in
            let statement = try database.makeStatement(sql: sql)
            for batch in batches {
                try database.inTransaction(.immediate) {
                    for row in batch { try statement.execute(arguments: row) }
                    return .commit
                }
            }
        }
    }

    /// SQLite's own connection, for extensions of it. Nobody else uses it meanwhile.
    func withConnection<T>(_ body: (OpaquePointer?) throws -> T) throws -> T {
        try queue.writeWithoutTransaction { try body($0.sqliteConnection) }
    }

    /// Writes the log into the file.
    func close() throws { try queue.close() }
}
