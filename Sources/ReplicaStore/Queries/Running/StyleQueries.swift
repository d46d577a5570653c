package import Changesets
internal import GRDB

package struct StyleRecord: Hashable, Sendable {
    package var id: RowID
    package var name: String
    package var version: RowID?
}

package struct StyleVersionRecord: Hashable, Sendable {
    package var id: RowID
    package var style: RowID?
    package var parent: RowID?
    package var generation: Int64
    package var description: String
    package var body: String
    package var message: String
    package var author: RowID?
    package var node: RowID?
    /// Unix milliseconds.
    package var createdAt: Int64
}

extension ReadTransaction {
    /// By name.
    package func styles() throws -> [StyleRecord] {
        try Row.fetchAll(database.keptStatement("SELECT id, name, version_id FROM styles ORDER BY name, id")).map {
            StyleRecord(id: try $0.requiredID("id"), name: $0["name"], version: $0.id("version_id"))
        }
    }

    /// All that it ever was, the newest first.
    package func versions(ofStyle style: RowID) throws -> [StyleVersionRecord] {
        let sql = "SELECT * FROM style_versions WHERE style_id = ? ORDER BY generation DESC, created_at DESC, id DESC"
        return try Row.fetchAll(database.keptStatement(sql), arguments: [style.blob]).map(Self.styleVersion)
    }

    package func styleVersion(_ id: RowID) throws -> StyleVersionRecord? {
        try Row.fetchOne(
            database.keptStatement("SELECT * FROM style_versions WHERE id = ?"), arguments: [id.blob]
        ).map(Self.styleVersion)
    }

    private static func styleVersion(_ row: Row) throws -> StyleVersionRecord {
        StyleVersionRecord(
            id: try row.requiredID("id"), style: row.id("style_id"), parent: row.id("parent_id"),
            generation: row["generation"], description: row["description"], body: row["body"],
            message: row["message"], author: row.id("author_id"), node: row.id("node_id"),
            createdAt: row["created_at"])
    }
}
