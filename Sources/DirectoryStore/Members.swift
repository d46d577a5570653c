package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// Somebody in a workspace.
package struct Member: Hashable, Sendable {
    package var account: Account
    package var role: Role
    /// Unix milliseconds.
    package var addedAt: Int64
}

extension DirectoryStore {
    /// Everybody in a workspace, for its members; the services too.
    package func members(of workspace: DirectoryWorkspace, for caller: Caller) throws -> [Member] {
        try require(.read, of: caller, in: workspace)
        return try read { try members($0, of: workspace.key) }
    }

    func members(_ database: Database, of workspace: Int64) throws -> [Member] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT accounts.*, role, added_at FROM members JOIN accounts ON accounts.id = account_id
                WHERE workspace_key = ? AND removed_at IS NULL ORDER BY kind, email_key, name, id
                """, arguments: [workspace]
        ).map { Member(account: try Account($0), role: Role(rawValue: $0["role"]) ?? .viewer, addedAt: $0["added_at"]) }
    }

    /// A member by address, username, or id.
    ///
    /// - Throws: `AccountError.notFound`.
    package func member(
        named name: String, of workspace: DirectoryWorkspace, for caller: Caller
    ) throws -> Member {
        let wanted = name.lowercased()
        let found = try members(of: workspace, for: caller).first {
            $0.account.email.lowercased() == wanted || $0.account.username.lowercased() == wanted
                || $0.account.id.hex == wanted
        }
        guard let found else {
            throw AccountError(.notFound, "“\(name)” is no member of “\(workspace.name)”", field: "account")
        }
        return found
    }

    /// Gives a member another role. It takes the rights over both.
    package func setRole(
        _ role: Role, of account: RowID, in workspace: DirectoryWorkspace, by caller: Caller
    ) throws {
        let old = try requireManaging(account, in: workspace, by: caller)
        try require(.manageMembers(role), of: caller, in: workspace)
        try write { database in
            if role < .owner { try refuseLastOwner(database, workspace, account) }
            try setMember(database, account, role, in: workspace.key)
            try audit(
                database, .roleChanged, by: caller.doer, workspace: workspace.key, on: try label(database, account),
                "\(old.rawValue) → \(role.rawValue)")
        }
    }

    /// Takes somebody out of a workspace, or lets them leave it.
    package func removeMember(_ account: RowID, from workspace: DirectoryWorkspace, by caller: Caller) throws {
        if account != caller.account { _ = try requireManaging(account, in: workspace, by: caller) }
        try write { database in
            try refuseLastOwner(database, workspace, account)
            try database.execute(
                sql:
                    "UPDATE members SET removed_at = ? WHERE workspace_key = ? AND account_id = ? AND removed_at IS NULL",
                arguments: [clock(), workspace.key, account.data])
            guard database.changesCount == 1 else { throw noMember(workspace) }
            for table in ["project_members", "group_shares"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE workspace_key = ? AND account_id = ?",
                    arguments: [workspace.key, account.data])
            }
            try audit(
                database, .memberRemoved, by: caller.doer, workspace: workspace.key, on: try label(database, account))
        }
    }

    private func requireManaging(
        _ account: RowID, in workspace: DirectoryWorkspace, by caller: Caller
    ) throws -> Role {
        try require(.read, of: caller, in: workspace)
        guard let old = try read({ try membership($0, of: account, inKey: workspace.key) })?.role else {
            throw noMember(workspace)
        }
        try require(.manageMembers(old), of: caller, in: workspace)
        return old
    }

    private func noMember(_ workspace: DirectoryWorkspace) -> AccountError {
        AccountError(.notFound, "they are no member of “\(workspace.name)”", field: "account")
    }

    func setMember(_ database: Database, _ account: RowID, _ role: Role, in workspace: Int64) throws {
        try database.execute(
            sql: """
                INSERT INTO members (workspace_key, account_id, role, added_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET role = excluded.role, removed_at = NULL
                """, arguments: [workspace, account.data, role.rawValue, clock()])
    }

    /// A workspace with other people in it keeps an owner. A service's key does not count as one: it may be lost.
    func refuseLastOwner(_ database: Database, _ workspace: DirectoryWorkspace, _ account: RowID) throws {
        let people = try members(database, of: workspace.key).filter { $0.account.kind == .person }
        let owners = people.filter { $0.role == .owner }
        guard owners.map(\.account.id) == [account], people.count > 1 else { return }
        throw AccountError(
            .conflict, "they are the only owner of “\(workspace.name)”: make somebody else an owner first")
    }

    func label(_ database: Database, _ account: RowID) throws -> String {
        guard let found = try database.account(account) else { return account.hex }
        return found.email.isEmpty ? found.profile.name : found.email
    }
}
