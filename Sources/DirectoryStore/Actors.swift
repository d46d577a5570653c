package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

extension DirectoryStore {
    /// What a caller is in a workspace, and what they have been given there: all from the directory as it is
    /// now, and nothing from the request.
    package func actor(for caller: Caller, in workspace: DirectoryWorkspace) throws -> Actor {
        try read { try actor($0, caller, workspace) }
    }

    func actor(_ database: Database, _ caller: Caller, _ workspace: DirectoryWorkspace) throws -> Actor {
        let role = try membership(database, of: caller.account, inKey: workspace.key)?.role
        let groups = try shares(database, with: caller.account, isMember: role != nil, in: workspace.key)
        let hidden = try hiddenProjects(database, from: caller.account, role, in: workspace.key)
        let view = ReadView(
            isMember: role != nil, users: try identities(database, of: caller.account, in: workspace.key),
            hiddenProjects: hidden)
        return Actor(
            account: caller.account.hex, view: view, role: role, groups: groups, permissions: caller.permissions,
            administersServer: caller.isOperator)
    }

    /// - Throws: `AccountError.denied`, in the words of `AccessControl`.
    func require(_ action: Action, of caller: Caller, in workspace: DirectoryWorkspace, home: Scope = .workspace) throws
    {
        let decision = AccessControl.decide(try actor(for: caller, in: workspace), action, home: home)
        if let reason = decision.reason { throw AccountError(.denied, reason) }
    }

    private func shares(
        _ database: Database, with account: RowID, isMember: Bool, in workspace: Int64
    ) throws -> [RowID: Share] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT group_id, max(level = 'edit') AS edits FROM group_shares
                    WHERE workspace_key = ? AND (account_id = ? OR account_id IS NULL AND ?) GROUP BY group_id
                    """), arguments: [workspace, account.data, isMember])
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.id("group_id"), $0["edits"] ? .edit : .read) })
    }

    /// Admins and owners are in all of them.
    private func hiddenProjects(
        _ database: Database, from account: RowID, _ role: Role?, in workspace: Int64
    ) throws -> Set<RowID> {
        if let role, role >= .admin { return [] }
        let rows = try Data.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT project_id FROM restricted_projects WHERE workspace_key = ?1 AND project_id NOT IN
                    (SELECT project_id FROM project_members WHERE workspace_key = ?1 AND account_id = ?2)
                    """), arguments: [workspace, account.data])
        return Set(rows.compactMap { RowID($0) })
    }

    private func identities(_ database: Database, of account: RowID, in workspace: Int64) throws -> Set<RowID> {
        let rows = try Data.fetchAll(
            database.cachedStatement(sql: "SELECT user_id FROM identities WHERE workspace_key = ? AND account_id = ?"),
            arguments: [workspace, account.data])
        return Set(rows.compactMap { RowID($0) })
    }

    /// Says that a user of the workspace's rows is the caller, where nobody else is.
    ///
    /// - Returns: whether it is the caller now.
    package func bind(_ user: RowID, to caller: Caller, in workspace: DirectoryWorkspace) throws -> Bool {
        guard user.length == 16 else { return false }
        if try read({ try identities($0, of: caller.account, in: workspace.key).contains(user) }) { return true }
        return try write { database in
            try database.execute(
                sql: """
                    INSERT INTO identities (workspace_key, user_id, account_id, bound_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """, arguments: [workspace.key, user.data, caller.account.data, clock()])
            if database.changesCount == 1 {
                try audit(database, .identityBound, by: caller.doer, workspace: workspace.key, on: user.hex)
            }
            return try identities(database, of: caller.account, in: workspace.key).contains(user)
        }
    }

    /// The first user of the workspace's rows that the caller's account was.
    package func firstIdentity(of caller: Caller, in workspace: DirectoryWorkspace) throws -> RowID? {
        try read { try firstIdentity($0, of: caller, in: workspace) }
    }

    func firstIdentity(_ database: Database, of caller: Caller, in workspace: DirectoryWorkspace) throws -> RowID? {
        let sql = """
            SELECT user_id FROM identities WHERE workspace_key = ? AND account_id = ?
            ORDER BY bound_at, user_id LIMIT 1
            """
        return try Data.fetchOne(
            database.cachedStatement(sql: sql), arguments: [workspace.key, caller.account.data]
        ).flatMap { RowID($0) }
    }

    /// Whom an account, as an `Actor` has it, is for people.
    package func nameOfAccount(_ account: String) throws -> String? {
        guard let id = RowID(hex: account) else { return nil }
        return try read { database in
            try database.account(id).map { $0.email.isEmpty ? $0.profile.name : $0.email }
        }
    }
}
