package import Changesets
internal import GRDB

extension ReadTransaction {
    /// What a user, or a workspace, prefers. Where a row made in the shell doubles one, the smallest
    /// id counts.
    package func preferences(of owner: RowID) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database.keptStatement("SELECT key, value FROM preferences WHERE owner_id = ? ORDER BY id"),
            arguments: [owner.blob])
        return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }

    package func preferenceRows(of owner: RowID, key: String) throws -> [RowID] {
        try ids("SELECT id FROM preferences WHERE owner_id = ? AND key = ?", [owner.blob, key])
    }

    package func workspaceID() throws -> RowID { try identity().workspace }
}
