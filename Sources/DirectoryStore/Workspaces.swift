package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB
internal import ReplicaStore

/// A workspace as the server's directory knows it.
package struct DirectoryWorkspace: Hashable, Sendable {
    package var key: Int64
    /// Nil until a node claims it.
    package var id: RowID?
    package var name: String
}

/// A workspace, and what somebody is in it.
package struct Membership: Hashable, Sendable {
    package var workspace: DirectoryWorkspace
    package var role: Role
}

extension DirectoryStore {
    package static let nameMax = 200

    func check(workspaceName name: String) throws {
        guard !name.isEmpty, name.count <= Self.nameMax else {
            throw AccountError(.invalid, "a workspace's name has 1 to \(Self.nameMax) characters", field: "name")
        }
    }

    /// Makes a workspace whose owner the caller is.
    ///
    /// - Parameter id: that of a library which goes on in it; a new one where nil.
    /// - Throws: `AccountError.conflict` where the server has it already.
    package func createWorkspace(named name: String, id: RowID?, by caller: Caller) throws -> DirectoryWorkspace {
        try check(workspaceName: name)
        guard caller.boundTo == nil else {
            throw AccountError(.denied, "this key is for one workspace, and can't make others")
        }
        guard caller.permissions.contains(.admin) else {
            throw AccountError(.denied, "this key does not allow it: use one that may administer")
        }
        let id = id ?? .uuid7(at: clock())
        return try write { database in
            guard try workspace(database, id) == nil else {
                throw AccountError(.conflict, "the server has a workspace of that id already", field: "id")
            }
            let workspace = try insertWorkspace(database, name, id, by: caller.account)
            try audit(database, .workspaceCreated, by: caller.doer, workspace: workspace.key, on: name)
            try setMember(database, caller.account, .owner, in: workspace.key)
            return workspace
        }
    }

    func insertWorkspace(
        _ database: Database, _ name: String, _ id: RowID?, by account: RowID?
    ) throws -> DirectoryWorkspace {
        try database.execute(
            sql: "INSERT INTO workspaces (id, name, created_by, created_at) VALUES (?, ?, ?, ?)",
            arguments: [id?.data, name, account?.data, clock()])
        return DirectoryWorkspace(key: database.lastInsertedRowID, id: id, name: name)
    }

    func workspace(_ database: Database, _ id: RowID) throws -> DirectoryWorkspace? {
        try Row.fetchOne(database, sql: "SELECT * FROM workspaces WHERE id = ?", arguments: [id.data])
            .map(DirectoryWorkspace.init)
    }

    func workspace(_ database: Database, key: Int64) throws -> DirectoryWorkspace? {
        try Row.fetchOne(database, sql: "SELECT * FROM workspaces WHERE key = ?", arguments: [key])
            .map(DirectoryWorkspace.init)
    }

    /// What the caller belongs to, by name; only what the credential opens.
    package func memberships(of caller: Caller) throws -> [Membership] {
        try read { try memberships($0, of: caller) }
    }

    func memberships(_ database: Database, of caller: Caller) throws -> [Membership] {
        try memberships(database, of: caller.account).filter {
            caller.boundTo == nil || caller.boundTo == $0.workspace.key
        }
    }

    /// Workspaces to which the caller does not belong, and of which a group is shared with them.
    package func visitedWorkspaces(of caller: Caller) throws -> [DirectoryWorkspace] {
        try read { try visitedWorkspaces($0, of: caller) }
    }

    func visitedWorkspaces(_ database: Database, of caller: Caller) throws -> [DirectoryWorkspace] {
        let sql = """
            SELECT * FROM workspaces WHERE key IN (SELECT workspace_key FROM group_shares WHERE account_id = ?1)
            AND key NOT IN (SELECT workspace_key FROM members WHERE account_id = ?1 AND removed_at IS NULL)
            AND (?2 IS NULL OR key = ?2) ORDER BY name, key
            """
        return try Row.fetchAll(
            database.cachedStatement(sql: sql), arguments: [caller.account.data, caller.boundTo]
        ).map(DirectoryWorkspace.init)
    }

    func memberships(_ database: Database, of account: RowID) throws -> [Membership] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT workspaces.*, role FROM members JOIN workspaces ON workspaces.key = workspace_key
                    WHERE account_id = ? AND removed_at IS NULL ORDER BY name, key
                    """), arguments: [account.data]
        ).map { Membership(workspace: DirectoryWorkspace($0), role: Role(rawValue: $0["role"]) ?? .viewer) }
    }

    func membership(_ database: Database, of account: RowID, inKey key: Int64?) throws -> Membership? {
        try memberships(database, of: account).first { $0.workspace.key == key }
    }

    /// - Throws: `AccountError.notFound` where they are no member of it, whether or not it is there.
    func membership(_ database: Database, of account: RowID, in id: RowID) throws -> Membership {
        guard let found = try memberships(database, of: account).first(where: { $0.workspace.id == id }) else {
            throw AccountError(.notFound, "you have no such workspace on this server", field: "workspace")
        }
        return found
    }

    func firstMembership(_ database: Database, of account: RowID, _ id: RowID?) throws -> Membership? {
        if let id { return try membership(database, of: account, in: id) }
        return try memberships(database, of: account).first
    }

    /// The workspace that a request means: the one it names, or the only one it can.
    ///
    /// - Throws: `AccountError` `.notFound`, or `.ambiguous` where none is named and there are several.
    package func workspace(_ named: RowID?, for caller: Caller) throws -> DirectoryWorkspace {
        let all = try memberships(of: caller).map(\.workspace)
        if let named {
            guard let found = all.first(where: { $0.id == named }) else {
                throw AccountError(.notFound, "you have no such workspace on this server", field: "workspace")
            }
            return found
        }
        if let found = all.first(where: { $0.key == caller.boundTo ?? caller.preferred }) { return found }
        guard let only = all.first else {
            throw AccountError(.notFound, "you belong to no workspace on this server yet", field: "workspace")
        }
        guard all.count == 1 else {
            throw AccountError(.ambiguous, "you have several workspaces here: name one", field: "workspace")
        }
        return only
    }

    /// The workspace that a sync means.
    ///
    /// Who was a member or a guest once is still told so, and then sees nothing; to everybody else it is not there.
    ///
    /// - Parameter id: what the request names; a credential for one workspace opens that one, whatever is named.
    /// - Returns: nil where there is none for this caller.
    package func syncedWorkspace(_ id: RowID?, for caller: Caller) throws -> DirectoryWorkspace? {
        try read { database in
            if let bound = caller.boundTo { return try workspace(database, key: bound) }
            guard let id, let found = try workspace(database, id) else { return nil }
            let isKnown = try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM members WHERE workspace_key = ?1 AND account_id = ?2) OR
                    EXISTS (SELECT 1 FROM group_shares WHERE workspace_key = ?1 AND account_id = ?2) OR
                    EXISTS (SELECT 1 FROM identities WHERE workspace_key = ?1 AND account_id = ?2)
                    """, arguments: [found.key, caller.account.data])
            return isKnown == true ? found : nil
        }
    }

    /// Changes the name that the directory has for it.
    package func renameWorkspace(_ workspace: DirectoryWorkspace, to name: String, by caller: Caller) throws {
        try check(workspaceName: name)
        try require(.manageWorkspace, of: caller, in: workspace)
        try write { database in
            try database.execute(
                sql: "UPDATE workspaces SET name = ? WHERE key = ?", arguments: [name, workspace.key])
            try audit(database, .workspaceRenamed, by: caller.doer, workspace: workspace.key, on: name)
        }
    }

    /// The workspace as it is now.
    package func known(_ workspace: DirectoryWorkspace) throws -> DirectoryWorkspace {
        try read { try self.workspace($0, key: workspace.key) } ?? workspace
    }

    /// Gives an unclaimed workspace its id. Of two that claim at once, one does.
    ///
    /// - Returns: the id that it has now.
    package func claim(_ workspace: DirectoryWorkspace, as id: RowID, by caller: Caller) throws -> RowID {
        try write { database in
            let holder = try self.workspace(database, id)
            guard holder == nil || holder?.key == workspace.key else {
                throw ReplicaError(.denied, "this library is another workspace of this server already; use its token")
            }
            try database.execute(
                sql: "UPDATE workspaces SET id = ? WHERE key = ? AND id IS NULL", arguments: [id.data, workspace.key])
            if database.changesCount == 1 {
                try audit(database, .workspaceClaimed, by: caller.doer, workspace: workspace.key, on: id.hex)
            }
            return try self.workspace(database, key: workspace.key)?.id ?? id
        }
    }
}

extension DirectoryWorkspace {
    init(_ row: Row) {
        key = row["key"]
        id = row.optionalID("id")
        name = row["name"]
    }
}
