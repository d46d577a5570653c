internal import Changesets
internal import GRDB

/// The triggers that log every write to a synced table, and the tables that keep the last values of
/// deleted rows. Built-in SQL only, so that they work from the plain `sqlite3` shell too; generated
/// from the tables' shapes, anew after each migration.
enum CaptureSchema {
    enum Operation {
        static let insert = 1
        static let update = 2
        static let delete = 3
    }

    static func install(_ tables: SyncedTables, _ database: Database) throws {
        for table in tables.all {
            for statement in statements(table) { try database.execute(sql: statement) }
            if !table.isImmutable { try widenGraveyard(table, database) }
        }
    }

    static func graveyard(_ table: SyncedTable) -> String { "deleted_\(table.name)" }

    private static func statements(_ table: SyncedTable) -> [String] {
        let drops = ["insert", "update", "delete", "guard"].map { "DROP TRIGGER IF EXISTS capture_\(table.name)_\($0)" }
        let logs = table.isImmutable ? immutable(table) : [graveyardTable(table), update(table), delete(table)]
        return drops + [insert(table)] + logs
    }

    private static func insert(_ table: SyncedTable) -> String {
        // Not by IN, for which SQLite makes a table each time: a tenth of what it costs to make a prompt.
        let purged = table.purgeLink.map { link in
            let tests = Set(["id", link]).sorted().map { "EXISTS (SELECT 1 FROM purged WHERE id = NEW.\($0))" }
            return "\n    SELECT RAISE(ABORT, 'this prompt was purged') WHERE \(tests.joined(separator: " OR "));"
        }
        return """
            CREATE TRIGGER capture_\(table.name)_insert AFTER INSERT ON \(table.name) BEGIN\(purged ?? "")
                INSERT INTO change_log (tbl, id, mask, op) VALUES (\(table.number), NEW.id, -1, \(Operation.insert));
            END
            """
    }

    /// Logs which columns changed, as a bit mask; nothing where none did.
    private static func update(_ table: SyncedTable) -> String {
        let mask = table.columns.enumerated()
            .map { "(OLD.\($1) IS NOT NEW.\($1))" + ($0 == 0 ? "" : " << \($0)") }
            .map { "(\($0))" }.joined(separator: " | ")
        return """
            CREATE TRIGGER capture_\(table.name)_update AFTER UPDATE ON \(table.name) BEGIN
            \(forbidden(table))
                INSERT INTO change_log (tbl, id, mask, op)
                SELECT \(table.number), NEW.id, mask, \(Operation.update) FROM (SELECT \(mask) AS mask) WHERE mask <> 0;
            END
            """
    }

    /// An id, and what is written once, can't be changed: the merge would undo it.
    private static func forbidden(_ table: SyncedTable) -> String {
        let fixed = ["id"] + table.shape.columns.filter { $0.rule == .earliest }.map(\.name)
        let tests = fixed.map { "OLD.\($0) IS NOT NEW.\($0)" }.joined(separator: " OR ")
        let what = fixed.joined(separator: " and ")
        let refusal = "    SELECT RAISE(ABORT, '\(what) of \(table.name) can not be changed') WHERE \(tests);"
        guard let link = table.purgeLink, link != "id" else { return refusal }
        return refusal
            + "\n    SELECT RAISE(ABORT, 'this prompt was purged') WHERE OLD.\(link) IS NOT NEW.\(link) "
            + "AND EXISTS (SELECT 1 FROM purged WHERE id = NEW.\(link));"
    }

    private static func delete(_ table: SyncedTable) -> String {
        let columns = (["id"] + table.columns).joined(separator: ", ")
        let old = (["id"] + table.columns).map { "OLD.\($0)" }.joined(separator: ", ")
        return """
            CREATE TRIGGER capture_\(table.name)_delete AFTER DELETE ON \(table.name) BEGIN
                INSERT OR REPLACE INTO \(graveyard(table)) (\(columns)) VALUES (\(old));
                INSERT INTO change_log (tbl, id, mask, op) VALUES (\(table.number), OLD.id, 0, \(Operation.delete));
            END
            """
    }

    private static func graveyardTable(_ table: SyncedTable) -> String {
        let columns = table.columns.joined(separator: ", ")
        return "CREATE TABLE IF NOT EXISTS \(graveyard(table)) (id BLOB PRIMARY KEY NOT NULL, \(columns))"
    }

    /// A column that was added to the table has its default in rows that were deleted before, too.
    private static func widenGraveyard(_ table: SyncedTable, _ database: Database) throws {
        let missing = try Row.fetchAll(
            database,
            sql: """
                SELECT name, coalesce(dflt_value, 'NULL') FROM pragma_table_info(?1)
                WHERE name NOT IN (SELECT name FROM pragma_table_info(?2))
                """, arguments: [table.name, graveyard(table)])
        for column in missing {
            let (name, fallback): (String, String) = (column[0], column[1])
            try database.execute(sql: "ALTER TABLE \(graveyard(table)) ADD COLUMN \(name) DEFAULT \(fallback)")
        }
    }

    /// REPLACE fires no delete trigger, so a row that is there already is refused before the insert.
    private static func immutable(_ table: SyncedTable) -> [String] {
        let name = table.name
        let refuse = "SELECT RAISE(ABORT, 'rows of \(name) can not be changed or deleted')"
        return [
            """
            CREATE TRIGGER capture_\(name)_guard BEFORE INSERT ON \(name) BEGIN
                \(refuse) WHERE EXISTS (SELECT 1 FROM \(name) WHERE id = NEW.id);
            END
            """,
            "CREATE TRIGGER capture_\(name)_update BEFORE UPDATE ON \(name) BEGIN \(refuse); END",
            "CREATE TRIGGER capture_\(name)_delete BEFORE DELETE ON \(name) BEGIN \(refuse); END",
        ]
    }
}
