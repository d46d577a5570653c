package import Changesets
internal import GRDB

package struct ProviderRecord: Hashable, Sendable {
    package var id: RowID
    package var name: String
    package var kind: String
    package var baseURL: String
    /// JSON.
    package var config: String
    package var isActive: Bool
    package var isDefault: Bool
    /// Unix milliseconds.
    package var createdAt: Int64
}

package struct ModelRecord: Hashable, Sendable {
    package var id: RowID
    package var provider: RowID?
    package var modelID: String
    package var name: String
    /// JSON, a list.
    package var capabilities: String
    package var maxContextLength: Int64?
    /// JSON, a list.
    package var prices: String
    /// A JSON number; empty where nobody has said.
    package var defaultTemperature: String
    package var defaultMaxTokens: Int64?
    package var isActive: Bool
    package var isDeprecated: Bool
    /// Unix milliseconds.
    package var createdAt: Int64
}

extension ReadTransaction {
    /// By name.
    package func providers() throws -> [ProviderRecord] {
        try Row.fetchAll(database.keptStatement("SELECT * FROM providers ORDER BY name, id")).map { row in
            ProviderRecord(
                id: try row.requiredID("id"), name: row["name"], kind: row["kind"], baseURL: row["base_url"],
                config: row["config"], isActive: row["is_active"] as Int64 != 0,
                isDefault: row["is_default"] as Int64 != 0, createdAt: row["created_at"])
        }
    }

    /// By what their provider calls them.
    ///
    /// - Parameter provider: nil for those of all.
    package func models(of provider: RowID? = nil) throws -> [ModelRecord] {
        let sql = "SELECT * FROM models WHERE ?1 IS NULL OR provider_id = ?1 ORDER BY model, id"
        return try Row.fetchAll(database.keptStatement(sql), arguments: [provider?.blob]).map { row in
            ModelRecord(
                id: try row.requiredID("id"), provider: row.id("provider_id"), modelID: row["model"],
                name: row["name"], capabilities: row["capabilities"], maxContextLength: row["max_context_length"],
                prices: row["prices"], defaultTemperature: row["default_temperature"],
                defaultMaxTokens: row["default_max_tokens"], isActive: row["is_active"] as Int64 != 0,
                isDeprecated: row["is_deprecated"] as Int64 != 0, createdAt: row["created_at"])
        }
    }
}
