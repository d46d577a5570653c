package import Changesets
internal import GRDB

/// How a replica stands.
package struct ReplicaStatus: Sendable {
    package var workspace: RowID
    package var workspaceName: String
    package var replica: ReplicaID
    package var nodeName: String
    package var prompts: Int
    package var versions: Int
    package var inTrash: Int
    package var conflicts: Int
    package var orphans: Int
    /// Rows that differ from what the server last had of us, as far as they are folded.
    package var unsentRows: Int
    /// Entries of the change log that are not folded yet.
    package var unfoldedChanges: Int
    package var position: Int64
    package var isConnected: Bool
    /// Whether the server has said that its user does not belong to the workspace any more.
    package var lostAccess: Bool
    /// By which others check what this replica signs; nil where it has no key yet.
    package var publicKey: [UInt8]?
}

extension ReadTransaction {
    package func status() throws -> ReplicaStatus {
        let identity = try identity()
        return ReplicaStatus(
            workspace: identity.workspace, workspaceName: try workspaceName() ?? "", replica: identity.replica,
            nodeName: identity.nodeName, prompts: try count("prompts"), versions: try count("versions"),
            inTrash: try count("deleted_prompts WHERE id NOT IN (SELECT id FROM prompts)"),
            conflicts: try count("conflicts"), orphans: try count("orphans"),
            unsentRows: try count("row_clocks WHERE dirty = 1"), unfoldedChanges: try count("change_log"),
            position: identity.lastPosition, isConnected: try count("remote") > 0, lostAccess: try lostAccess(),
            publicKey: try announcedKey())
    }

    /// Whether nothing was written here but what every new replica holds.
    package func isLibraryEmpty() throws -> Bool {
        for table in tables.all where !["workspaces", "users", "nodes"].contains(table.name) {
            if try hasRows(table.name) { return false }
        }
        return try !hasRows("deleted_prompts") && !hasRows("kept_tables")
    }

    private func hasRows(_ table: String) throws -> Bool {
        try Bool.fetchOne(database.keptStatement("SELECT EXISTS (SELECT 1 FROM \(table))")) ?? false
    }

    private func count(_ source: String) throws -> Int {
        try Int.fetchOne(database.keptStatement("SELECT count(*) FROM \(source)")) ?? 0
    }
}
