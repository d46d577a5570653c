package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// Who makes a request, by what it was signed with.
package struct Caller: Sendable {
    package enum Credential: Sendable, Hashable {
        case session(RowID)
        case key(RowID)
    }

    package var account: RowID
    package var credential: Credential
    /// The only workspace that the credential opens, or nil for all of the account's.
    package var boundTo: Int64?
    /// The workspace that a session names, where a request names none.
    package var preferred: Int64?
    package var permissions: Permissions
    package var isOperator: Bool
    package var origin: Origin
    /// When the credential is over, in Unix milliseconds; nil for one that lasts until somebody ends it.
    package var until: Int64?

    package var session: RowID? { if case .session(let id) = credential { id } else { nil } }
    package var key: RowID? { if case .key(let id) = credential { id } else { nil } }

    var doer: Doer { Doer(account, key: key, origin) }

    /// - Throws: `AccountError` `.denied` for who does not administer the server, or not with this credential.
    package func requireOperator() throws(AccountError) {
        guard isOperator, permissions.contains(.admin) else {
            throw AccountError(.denied, "only an administrator of the server may do that")
        }
    }
}

extension DirectoryStore {
    /// How exactly the last use of a key is known, in milliseconds: not each request is a write. Whoever remembers
    /// a caller asks again after as long, or uses would be missed.
    package static let useGrain: Int64 = 60_000

    /// Whoever the bearer token is of: an access token, an API key, or a token of `offbook token create`. The
    /// one place that finds it out.
    ///
    /// - Parameter isUse: whether it counts as a use of a key, and not only as a look whether it still opens.
    /// - Returns: nil where it is not known, or over.
    package func caller(bearing token: String, from origin: Origin, isUse: Bool = true) throws -> Caller? {
        let prefixes = [APIKey.prefix, APIKey.workspacePrefix, APIKey.shortPrefix]
        guard !prefixes.contains(where: token.hasPrefix) else {
            return try caller(withKey: token, origin, isUse: isUse)
        }
        guard let claims = AccessTokens(secrets: secrets).claims(of: token, type: "access", at: clock()),
            let session = claims.session
        else { return nil }
        var caller = try caller(in: session, origin)
        caller?.until = claims.exp * 1000
        return caller
    }

    private func caller(withKey token: String, _ origin: Origin, isUse: Bool) throws -> Caller? {
        let row = try read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT api_keys.*, accounts.is_operator FROM api_keys JOIN accounts ON accounts.id = account_id
                        WHERE hash = ? AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > ?) AND is_active
                        """), arguments: [RandomSecret.hash(token), clock()])
        }
        guard let row else { return nil }
        let key = try row.id("id")
        if isUse { try noteUse(of: key, row["used_at"]) }
        return Caller(
            account: try row.id("account_id"), credential: .key(key), boundTo: row["workspace_key"],
            permissions: Permissions(words: row["permissions"]), isOperator: row["is_operator"], origin: origin,
            until: row["expires_at"])
    }

    private func noteUse(of key: RowID, _ last: Int64?) throws {
        let now = clock()
        guard now - (last ?? 0) > Self.useGrain else { return }
        try write {
            try $0.execute(sql: "UPDATE api_keys SET used_at = ? WHERE id = ?", arguments: [now, key.data])
        }
    }

    private func caller(in session: RowID, _ origin: Origin) throws -> Caller? {
        let row = try read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT sessions.*, accounts.is_operator FROM sessions JOIN accounts ON accounts.id = account_id
                        WHERE sessions.id = ? AND ended_at IS NULL AND is_active
                        """), arguments: [session.data])
        }
        return try row.map {
            Caller(
                account: try $0.id("account_id"), credential: .session(session), boundTo: nil,
                preferred: $0["workspace_key"], permissions: .all, isOperator: $0["is_operator"], origin: origin)
        }
    }
}

extension Permissions {
    private static let names: [(String, Permissions)] = [("read", .read), ("write", .write), ("admin", .admin)]

    /// The names of what is allowed, as a key has them; unknown ones allow nothing.
    package init(words: String) {
        self = Self.names.reduce([]) { words.split(separator: " ").contains($1.0[...]) ? $0.union($1.1) : $0 }
    }

    package var words: [String] { Self.names.filter { contains($0.1) }.map(\.0) }
}
