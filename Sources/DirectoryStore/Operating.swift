package import AccessControl
internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// What whoever runs the server does on its machine: no caller is asked for rights, as who can write the
/// files can do all of it anyway.
extension DirectoryStore {
    /// Makes a token for the workspace of that name, and the workspace where there is none yet.
    ///
    /// The token is a key of a service account of that workspace and role, made with the first of them.
    /// - Returns: the token, which is not kept and can't be shown again.
    package func createToken(workspace name: String, role: Role = .owner) throws -> String {
        try check(workspaceName: name)
        return try write { database in
            let workspace =
                try Row.fetchOne(
                    database, sql: "SELECT * FROM workspaces WHERE name = ? ORDER BY key", arguments: [name]
                )
                .map(DirectoryWorkspace.init) ?? insertWorkspace(database, name, nil, by: nil)
            let service = try service(database, of: workspace, role)
            let request = APIKeyRequest(name: "token of \(name)")
            let key = try insertKey(
                database, request, for: service, isDevice: false, bound: workspace.key, prefix: APIKey.workspacePrefix,
                by: Doer(nil, .console))
            return key.text
        }
    }

    /// Whether whoever runs the server has made a workspace, at the console or with an account, or belongs to it; or
    /// has decided that it does not matter.
    package func mayUseServersProviders(_ workspace: DirectoryWorkspace) throws -> Bool {
        if policy.sharesProviders { return true }
        let sql = """
            SELECT EXISTS (
                SELECT 1 FROM workspaces LEFT JOIN accounts ON accounts.id = created_by
                WHERE key = ?1 AND (created_by IS NULL OR is_operator)
            ) OR EXISTS (
                SELECT 1 FROM members JOIN accounts ON accounts.id = account_id
                WHERE workspace_key = ?1 AND removed_at IS NULL AND is_operator AND is_active
            )
            """
        return try read { try Bool.fetchOne($0, sql: sql, arguments: [workspace.key]) } ?? false
    }

    private func service(_ database: Database, of workspace: DirectoryWorkspace, _ role: Role) throws -> RowID {
        let known = try members(database, of: workspace.key).first { $0.account.kind == .service && $0.role == role }
        if let known { return known.account.id }
        let (id, now) = (RowID.uuid7(at: clock()), clock())
        try database.execute(
            sql: """
                INSERT INTO accounts (id, kind, name, is_verified, created_at, updated_at)
                VALUES (?, 'service', ?, 1, ?, ?)
                """, arguments: [id.data, "tokens of \(workspace.name) (\(role.rawValue))", now, now])
        try setMember(database, id, role, in: workspace.key)
        try audit(
            database, .memberAdded, by: Doer(nil, .console), workspace: workspace.key, on: "tokens", role.rawValue)
        return id
    }

    /// Makes somebody who runs the server, and owns those of its workspaces that no other person does, with a
    /// password that works once. An address that has an account gets a new password and the rights.
    ///
    /// - Returns: the password, which is not kept and can't be shown again.
    package func createOwner(email text: String) throws -> String {
        let email = try EmailAddress(text)
        let password = RandomSecret.text(prefix: "").prefix(24)
        let hash = try passwords.hash(String(password))
        try write { database in
            let id =
                try database.accountRow(emailKey: email.key)?.optionalID("id")
                ?? insertPerson(database, email, nil, Profile(), password: nil, isVerified: true)
            try database.execute(
                sql: """
                    UPDATE accounts SET password = ?, password_is_once = 1, is_operator = 1, is_verified = 1,
                        updated_at = ? WHERE id = ?
                    """, arguments: [hash, clock(), id.data])
            try endSessions(database, of: id, "a new password was made on the server")
            for key in try unownedWorkspaces(database) { try setMember(database, id, .owner, in: key) }
            try forgetFailures(database, email: email.key)
            try audit(database, .ownerCreated, by: Doer(nil, .console), on: email.text)
        }
        return String(password)
    }

    private func unownedWorkspaces(_ database: Database) throws -> [Int64] {
        try Int64.fetchAll(
            database,
            sql: """
                SELECT key FROM workspaces WHERE NOT EXISTS (
                    SELECT 1 FROM members JOIN accounts ON accounts.id = account_id
                    WHERE workspace_key = workspaces.key AND role = 'owner' AND removed_at IS NULL AND kind = 'person')
                """)
    }

    /// Whether nobody can reach anything here yet.
    package func isEmpty() throws -> Bool {
        try read { try Bool.fetchOne($0, sql: "SELECT NOT EXISTS (SELECT 1 FROM accounts)") ?? true }
    }
}
