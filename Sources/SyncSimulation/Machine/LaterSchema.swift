internal import Changesets
internal import ReplicaStore

/// A schema as a later release may have it. Some nodes of a history have it from the start, others come to it
/// by an upgrade, and the reference holds all rows in its terms: what a node does not know has its default.
extension ReplicaSchema {
    static let later = ReplicaSchema(
        migrations: shipped.migrations + [
            """
            ALTER TABLE prompts ADD COLUMN rating INTEGER NOT NULL DEFAULT 3;
            ALTER TABLE prompts ADD COLUMN mood TEXT;
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
        ], tables: .later)
}

extension SyncedTables {
    static let later = SyncedTables(
        shipped.all.map { table in
            switch table.name {
            case "prompts": table.adding([.init("rating"), .init("mood", isJournalled: false)])
            case "versions": table.adding([.madeOnce("language")])
            case "usage_events": table.adding([.madeOnce("seconds")])
            default: table
            }
        } + [
            SyncedTable(
                101, "notes", [.init("prompt_id"), .init("text"), .madeOnce("written_at")],
                root: ("prompts", "prompt_id")),
            SyncedTable(102, "readings", [.madeOnce("kind"), .madeOnce("value")], isAppendOnly: true),
        ])

    /// What the columns that it adds to tables hold where nobody wrote them; nil for all others.
    static func laterDefault(of column: String, in table: SyncedTable) -> Value? {
        switch (table.name, column) {
        case ("prompts", "rating"): .integer(3)
        case ("prompts", "mood"): .null
        case ("versions", "language"): .text("en")
        case ("usage_events", "seconds"): .integer(0)
        default: nil
        }
    }
}

extension SyncedTable {
    fileprivate func adding(_ columns: [TableShape.Column]) -> SyncedTable {
        SyncedTable(
            number, name, shape.columns, later: columns, root: root, idLength: idLength, isImmutable: isImmutable,
            isAppendOnly: shape.isAppendOnly)
    }
}

extension TableShape.Column {
    fileprivate static func madeOnce(_ name: String) -> Self { Self(name, rule: .earliest, isJournalled: false) }
}
