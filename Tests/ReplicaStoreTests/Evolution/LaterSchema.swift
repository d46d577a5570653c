import Changesets
import PromptLibrary
import ReplicaStore

/// A schema as a later release may have it: two tables and four columns more, of every rule.
extension ReplicaSchema {
    static let later = ReplicaSchema(
        migrations: shipped.migrations + [
            """
            ALTER TABLE prompts ADD COLUMN rating INTEGER NOT NULL DEFAULT 3;
            ALTER TABLE prompts ADD COLUMN colour TEXT;
            ALTER TABLE versions ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
            ALTER TABLE usage_events ADD COLUMN seconds INTEGER NOT NULL DEFAULT 0;
            CREATE TABLE notes (
                id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
                prompt_id BLOB NOT NULL DEFAULT x'',
                text TEXT NOT NULL DEFAULT 'nothing',
                written_at INTEGER NOT NULL DEFAULT 0
            ) STRICT;
            CREATE TABLE readings (
                id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)) CHECK (length(id) = 16),
                kind TEXT NOT NULL DEFAULT 'seen',
                value REAL
            ) STRICT;
            """
        ],
        tables: SyncedTables(
            SyncedTables.shipped.all.map { table in
                switch table.name {
                case "prompts": table.adding([.init("rating"), .init("colour", rule: .earliest)])
                case "versions": table.adding([.init("language", rule: .earliest, isJournalled: false)])
                case "usage_events": table.adding([.init("seconds", rule: .earliest, isJournalled: false)])
                default: table
                }
            } + [.notes, .readings]))
}

extension SyncedTable {
    static let notes = SyncedTable(
        101, "notes", [.init("prompt_id"), .init("text"), .init("written_at", rule: .earliest, isJournalled: false)],
        root: ("prompts", "prompt_id"))
    static let readings = SyncedTable(
        102, "readings",
        ["kind", "value"].map { TableShape.Column($0, rule: .earliest, isJournalled: false) }, isAppendOnly: true)
    static let laterPrompts = SyncedTable.prompts.adding([.init("rating"), .init("colour", rule: .earliest)])

    func adding(_ columns: [TableShape.Column]) -> SyncedTable {
        SyncedTable(
            number, name, shape.columns + columns, root: root, idLength: idLength, isImmutable: isImmutable,
            isAppendOnly: shape.isAppendOnly)
    }
}

/// What a later Offbook writes.
extension Node {
    func rate(_ prompt: String, _ rating: Int64) throws {
        let id = try promptID(prompt)
        try replica.write { try $0.update(.laterPrompts, id, ["rating": .integer(rating)]) }
    }

    func note(_ text: String, _ id: RowID, on prompt: String) throws {
        let owner = try promptID(prompt)
        try replica.write {
            try $0.insert(
                into: .notes, id, ["prompt_id": .blob(owner), "text": .text(text), "written_at": .integer(7)])
        }
    }

    func promptID(_ name: String) throws -> RowID {
        guard let id = RowID(hex: try library.show(name).prompt.id) else { throw ShellFailure(message: name) }
        return id
    }

    func rating(of prompt: String) throws -> String? {
        try query("SELECT rating FROM prompts WHERE name = '\(prompt)'").first?.first
    }

    func notes() throws -> [String] { try query("SELECT text FROM notes ORDER BY text").map { $0[0] } }
}
