package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// An API key, as far as it is shown again.
package struct APIKey: Hashable, Sendable {
    /// Begins every key of an account, so that a leaked one is recognised.
    package static let prefix = "obk_"
    /// Begins those that `offbook token create` makes.
    package static let workspacePrefix = "obt_"
    static let shown = 12

    package var id: RowID
    package var name: String
    /// The first characters of the key itself.
    package var prefix: String
    package var permissions: Permissions
    package var workspace: RowID?
    package var isDevice: Bool
    /// Unix milliseconds.
    package var createdAt: Int64
    package var expiresAt: Int64?
    package var usedAt: Int64?
}

/// What a key is to be.
package struct APIKeyRequest: Sendable {
    package var name: String
    package var permissions: Permissions = .all
    /// The only workspace that it opens.
    package var workspace: RowID?
    /// Unix milliseconds; nil for never.
    package var expiresAt: Int64?

    package init(name: String) { self.name = name }
}

/// A key that was made now. Its text is not kept and can't be shown again.
package struct CreatedKey: Sendable {
    package var key: APIKey
    package var text: String
}

extension DirectoryStore {
    package static let keysMax = 100

    /// Makes a key of the caller's account. It never allows more than the credential that asks for it.
    package func createKey(_ request: APIKeyRequest, by caller: Caller) throws -> CreatedKey {
        guard caller.permissions.isSuperset(of: request.permissions) else {
            throw AccountError(
                .denied, "this key allows \(caller.permissions.words.joined(separator: ", ")) and can't give more",
                field: "permissions")
        }
        return try write { database in
            try insertKey(
                database, request, for: caller.account, isDevice: false, bound: caller.boundTo, by: caller.doer)
        }
    }

    func insertKey(
        _ database: Database, _ request: APIKeyRequest, for account: RowID, isDevice: Bool, bound: Int64? = nil,
        prefix: String = APIKey.prefix, by doer: Doer
    ) throws -> CreatedKey {
        guard !request.name.isEmpty, request.name.count <= 200 else {
            throw AccountError(.invalid, "a key's name has 1 to 200 characters", field: "name")
        }
        let workspace =
            try bound ?? request.workspace.map { try membership(database, of: account, in: $0).workspace.key }
        try refuseTooManyKeys(database, account)
        let (id, text) = (
            RowID.uuid7(at: clock()), RandomSecret.text(prefix: prefix, words: prefix == APIKey.shortPrefix ? 2 : 4)
        )
        try database.execute(
            sql: """
                INSERT INTO api_keys (id, hash, account_id, workspace_key, name, prefix, permissions, is_device,
                    created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.data, RandomSecret.hash(text), account.data, workspace, request.name,
                String(text.prefix(APIKey.shown)), request.permissions.words.joined(separator: " "), isDevice, clock(),
                request.expiresAt,
            ])
        try audit(database, .keyCreated, by: doer, workspace: workspace, on: id.hex, request.name)
        return CreatedKey(key: try apiKeys(database, of: account).first { $0.id == id } ?? missingKey(), text: text)
    }

    private func missingKey() throws -> APIKey { throw AccountError(.notFound, "there is no such API key") }

    private func refuseTooManyKeys(_ database: Database, _ account: RowID) throws {
        let count = try apiKeys(database, of: account).count
        guard count < Self.keysMax else {
            throw AccountError(.conflict, "there are \(count) keys already, as many as are allowed; revoke some")
        }
    }

    private func apiKeys(_ database: Database, of account: RowID) throws -> [APIKey] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT api_keys.*, workspaces.id AS workspace_id FROM api_keys
                LEFT JOIN workspaces ON workspaces.key = workspace_key
                WHERE account_id = ? AND ended_at IS NULL ORDER BY api_keys.id
                """, arguments: [account.data]
        ).map(APIKey.init)
    }

    /// Those that are not revoked, the oldest first.
    package func apiKeys(of caller: Caller) throws -> [APIKey] {
        try read { try apiKeys($0, of: caller.account) }
    }

    /// - Throws: `AccountError.notFound`.
    package func revokeKey(_ id: RowID, by caller: Caller) throws {
        try write { try revoke($0, id, by: caller) }
    }

    private func revoke(_ database: Database, _ id: RowID, by caller: Caller) throws {
        try database.execute(
            sql: "UPDATE api_keys SET ended_at = ? WHERE id = ? AND account_id = ? AND ended_at IS NULL",
            arguments: [clock(), id.data, caller.account.data])
        guard database.changesCount == 1 else { _ = try missingKey(); return }
        try audit(database, .keyRevoked, by: caller.doer, on: id.hex)
    }

    /// Revokes a key and makes another one like it, in one.
    package func regenerateKey(_ id: RowID, by caller: Caller) throws -> CreatedKey {
        try write { database in
            guard let old = try apiKeys(database, of: caller.account).first(where: { $0.id == id }) else {
                throw AccountError(.notFound, "there is no such API key")
            }
            guard caller.permissions.isSuperset(of: old.permissions) else {
                throw AccountError(.denied, "this key can't make one that allows more than it does")
            }
            try revoke(database, id, by: caller)
            var request = APIKeyRequest(name: old.name)
            (request.permissions, request.workspace, request.expiresAt) = (
                old.permissions, old.workspace, old.expiresAt
            )
            return try insertKey(
                database, request, for: caller.account, isDevice: false, bound: caller.boundTo,
                prefix: old.isShort ? APIKey.shortPrefix : APIKey.prefix, by: caller.doer)
        }
    }
}

extension APIKey {
    fileprivate init(_ row: Row) throws {
        id = try row.id("id")
        name = row["name"]
        prefix = row["prefix"]
        permissions = Permissions(words: row["permissions"])
        workspace = row.optionalID("workspace_id")
        isDevice = row["is_device"]
        createdAt = row["created_at"]
        expiresAt = row["expires_at"]
        usedAt = row["used_at"]
    }
}
