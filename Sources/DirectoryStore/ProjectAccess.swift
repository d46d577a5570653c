internal import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// Who sees a project.
package struct ProjectAccess: Hashable, Sendable {
    package var project: RowID
    /// Else every member of the workspace sees it.
    package var isRestricted: Bool
    /// Of a restricted one, beside admins and owners.
    package var members: [Account]
}

extension DirectoryStore {
    package func access(
        to project: RowID, in workspace: DirectoryWorkspace, for caller: Caller
    ) throws -> ProjectAccess {
        // Whoever does not see the project learns nothing of it.
        try require(.read, of: caller, in: workspace, home: .project(project))
        return try read { database in
            let accounts = try Row.fetchAll(
                database,
                sql: """
                    SELECT accounts.* FROM project_members JOIN accounts ON accounts.id = account_id
                    WHERE workspace_key = ? AND project_id = ? ORDER BY email_key
                    """, arguments: [workspace.key, project.data]
            ).map(Account.init)
            return ProjectAccess(
                project: project, isRestricted: try isRestricted(database, project, in: workspace), members: accounts)
        }
    }

    private func isRestricted(
        _ database: Database, _ project: RowID, in workspace: DirectoryWorkspace
    ) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM restricted_projects WHERE workspace_key = ? AND project_id = ?)",
            arguments: [workspace.key, project.data]) ?? false
    }

    /// Keeps a project for its members, and admins and owners; at first the former are none.
    package func restrict(_ project: RowID, in workspace: DirectoryWorkspace, by caller: Caller) throws {
        try require(.manageWorkspace, of: caller, in: workspace)
        try check(project)
        try write { database in
            try database.execute(
                sql: "INSERT INTO restricted_projects (workspace_key, project_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [workspace.key, project.data])
            try audit(database, .projectRestricted, by: caller.doer, workspace: workspace.key, on: project.hex)
        }
    }

    /// Opens a project to every member of the workspace again.
    package func open(_ project: RowID, in workspace: DirectoryWorkspace, by caller: Caller) throws {
        try require(.manageWorkspace, of: caller, in: workspace)
        try write { database in
            try database.execute(
                sql: "DELETE FROM restricted_projects WHERE workspace_key = ? AND project_id = ?",
                arguments: [workspace.key, project.data])
            try audit(database, .projectOpened, by: caller.doer, workspace: workspace.key, on: project.hex)
        }
    }

    /// - Throws: `AccountError.conflict` where the project is open to all.
    package func add(
        _ account: RowID, to project: RowID, in workspace: DirectoryWorkspace, by caller: Caller
    ) throws {
        try require(.manageWorkspace, of: caller, in: workspace)
        try write { database in
            guard try isRestricted(database, project, in: workspace) else {
                throw AccountError(.conflict, "the project is open to every member; restrict it first")
            }
            guard try membership(database, of: account, inKey: workspace.key) != nil else {
                throw AccountError(.notFound, "they are no member of “\(workspace.name)”", field: "account")
            }
            try database.execute(
                sql: """
                    INSERT INTO project_members (workspace_key, project_id, account_id) VALUES (?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """, arguments: [workspace.key, project.data, account.data])
            try audit(
                database, .projectMemberAdded, by: caller.doer, workspace: workspace.key, on: project.hex,
                try label(database, account))
        }
    }

    /// - Throws: `AccountError.notFound` where they are not in it.
    package func remove(
        _ account: RowID, from project: RowID, in workspace: DirectoryWorkspace, by caller: Caller
    ) throws {
        try require(.manageWorkspace, of: caller, in: workspace)
        try write { database in
            try database.execute(
                sql: "DELETE FROM project_members WHERE workspace_key = ? AND project_id = ? AND account_id = ?",
                arguments: [workspace.key, project.data, account.data])
            guard database.changesCount == 1 else {
                throw AccountError(.notFound, "they are not in that project", field: "account")
            }
            try audit(
                database, .projectMemberRemoved, by: caller.doer, workspace: workspace.key, on: project.hex,
                try label(database, account))
        }
    }

    private func check(_ project: RowID) throws {
        guard project.length == 16 else { throw AccountError(.invalid, "that is no project's id", field: "project") }
    }
}
