internal import AccessControl
internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// What a sign-in gives.
package struct SessionTokens: Sendable {
    package var account: Account
    package var accessToken: String
    package var refreshToken: String
    /// Unix milliseconds.
    package var accessExpiresAt: Int64
    package var refreshExpiresAt: Int64
}

extension DirectoryStore {
    private var tokens: AccessTokens { AccessTokens(secrets: secrets) }

    func openSession(
        _ database: Database, for account: Account, in workspace: RowID?, from origin: Origin
    ) throws -> SessionTokens {
        let membership = try firstMembership(database, of: account.id, workspace)
        let session = RowID.uuid7(at: clock())
        try database.execute(
            sql: "INSERT INTO sessions (id, account_id, workspace_key, created_at) VALUES (?, ?, ?, ?)",
            arguments: [session.data, account.id.data, membership?.workspace.key, clock()])
        try audit(database, .signedIn, by: Doer(account.id, origin), on: account.email)
        return try issue(database, session, account, membership)
    }

    private func issue(
        _ database: Database, _ session: RowID, _ account: Account, _ membership: Membership?
    ) throws -> SessionTokens {
        let (now, terms) = (clock(), policy.sessions)
        let (accessEnd, refreshEnd) = (now + terms.accessLife, now + terms.refreshLife)
        func sign(_ type: String, until end: Int64) throws -> String {
            try tokens.sign(
                TokenClaims(
                    sub: account.id.hex, exp: end / 1000, iat: now / 1000,
                    jti: RandomSecret.text(prefix: session.hex + "."), type: type,
                    workspace: membership?.workspace.id?.hex, role: membership?.role.rawValue, email: account.email))
        }
        let refresh = try sign("refresh", until: refreshEnd)
        try database.execute(
            sql: "INSERT INTO refresh_tokens (hash, session_id, issued_at, expires_at) VALUES (?, ?, ?, ?)",
            arguments: [RandomSecret.hash(refresh), session.data, now, refreshEnd])
        return SessionTokens(
            account: account, accessToken: try sign("access", until: accessEnd), refreshToken: refresh,
            accessExpiresAt: accessEnd, refreshExpiresAt: refreshEnd)
    }

    /// Exchanges a refresh token for new ones, once. One that is used again has been copied by somebody: then
    /// the session ends for both.
    ///
    /// - Throws: `AccountError.unauthorized`.
    package func refresh(_ token: String, from origin: Origin) throws -> SessionTokens {
        let renewed = try write { database -> SessionTokens? in
            guard let claims = tokens.claims(of: token, type: "refresh", at: clock()), let session = claims.session,
                let row = try liveSession(database, session), try account(of: row, in: database).isActive
            else { return nil }
            try database.execute(
                sql: "UPDATE refresh_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL",
                arguments: [clock(), RandomSecret.hash(token)])
            guard database.changesCount == 1 else {
                try endSession(database, session, "a refresh token was used twice")
                try audit(database, .refreshReused, by: Doer(row.id("account_id"), origin), on: session.hex)
                return nil
            }
            let account = try account(of: row, in: database)
            let membership = try membership(database, of: account.id, inKey: row["workspace_key"])
            return try issue(database, session, account, membership)
        }
        guard let renewed else { throw AccountError(.unauthorized, "the session is over; sign in again") }
        return renewed
    }

    private func account(of session: Row, in database: Database) throws -> Account {
        guard let account = try database.account(session.id("account_id")) else {
            throw AccountError(.unauthorized, "the session is over; sign in again")
        }
        return account
    }

    func liveSession(_ database: Database, _ session: RowID) throws -> Row? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM sessions WHERE id = ? AND ended_at IS NULL", arguments: [session.data])
    }

    private func endSession(_ database: Database, _ session: RowID, _ reason: String) throws {
        try database.execute(
            sql: "UPDATE sessions SET ended_at = ?, end_reason = ? WHERE id = ? AND ended_at IS NULL",
            arguments: [clock(), reason, session.data])
    }

    /// Signs out every browser and every machine.
    func endSessions(_ database: Database, of account: RowID, _ reason: String) throws {
        try database.execute(
            sql: "UPDATE sessions SET ended_at = ?, end_reason = ? WHERE account_id = ? AND ended_at IS NULL",
            arguments: [clock(), reason, account.data])
        try database.execute(
            sql: "UPDATE api_keys SET ended_at = ? WHERE account_id = ? AND is_device AND ended_at IS NULL",
            arguments: [clock(), account.data])
    }

    /// Ends the session of the caller, or the key of the machine that signed in.
    package func signOut(_ caller: Caller) throws {
        try write { database in
            switch caller.credential {
            case .session(let session): try endSession(database, session, "signed out")
            case .key(let key):
                try database.execute(
                    sql: "UPDATE api_keys SET ended_at = ? WHERE id = ? AND is_device AND ended_at IS NULL",
                    arguments: [clock(), key.data])
                guard database.changesCount == 1 else {
                    throw AccountError(.conflict, "an API key is not signed out; revoke it")
                }
            }
            try audit(database, .signedOut, by: caller.doer)
        }
    }
}

extension DirectoryStore {
    /// How long an access token lasts, in milliseconds.
    package var accessLife: Int64 { policy.sessions.accessLife }
}
