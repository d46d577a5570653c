package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// With whom a group is shared.
package struct GroupShare: Hashable, Sendable {
    /// Nil for every member of the workspace.
    package var account: Account?
    package var level: Share
}

extension DirectoryStore {
    /// - Parameter home: where the group is at home.
    package func shares(
        of group: RowID, home: Scope, in workspace: DirectoryWorkspace, for caller: Caller
    ) throws -> [GroupShare] {
        try require(.read, of: caller, in: workspace, home: home)
        return try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT account_id, level FROM group_shares WHERE workspace_key = ? AND group_id = ? ORDER BY key",
                arguments: [workspace.key, group.data]
            ).map { row in
                GroupShare(
                    account: try row.optionalID("account_id").flatMap { try database.account($0) },
                    level: Share(rawValue: row["level"]) ?? .read)
            }
        }
    }

    /// Shares a group with an account of this server, a member of the workspace or not, or with every member.
    ///
    /// - Parameter name: an address, a username or an id; nil for every member.
    /// - Throws: `AccountError` `.notFound`, `.denied`.
    package func share(
        _ group: RowID, home: Scope, with name: String?, _ level: Share, in workspace: DirectoryWorkspace,
        by caller: Caller
    ) throws {
        try require(.share, of: caller, in: workspace, home: home)
        try write { database in
            let account = try name.map { try person(database, named: $0) }
            try database.execute(
                sql: """
                    INSERT INTO group_shares (workspace_key, group_id, account_id, level) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET level = excluded.level
                    """, arguments: [workspace.key, group.data, account?.id.data, level.rawValue])
            try audit(
                database, .shared, by: caller.doer, workspace: workspace.key, on: group.hex,
                "\(account?.email ?? "every member"): \(level.rawValue)")
        }
    }

    /// - Throws: `AccountError.notFound` where it is not shared with them.
    package func unshare(
        _ group: RowID, home: Scope, with name: String?, in workspace: DirectoryWorkspace, by caller: Caller
    ) throws {
        try require(.share, of: caller, in: workspace, home: home)
        try write { database in
            let account = try name.map { try person(database, named: $0) }
            try database.execute(
                sql: "DELETE FROM group_shares WHERE workspace_key = ? AND group_id = ? AND account_id IS ?",
                arguments: [workspace.key, group.data, account?.id.data])
            guard database.changesCount == 1 else {
                throw AccountError(.notFound, "the group is not shared with them", field: "user")
            }
            try audit(
                database, .unshared, by: caller.doer, workspace: workspace.key, on: group.hex,
                account?.email ?? "every member")
        }
    }

    /// An active person of this server.
    func person(_ database: Database, named name: String) throws -> Account {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT * FROM accounts WHERE is_active AND kind = 'person'
                AND (email_key = ?1 OR username_key = ?1 OR lower(hex(id)) = ?1)
                """, arguments: [name.lowercased()])
        guard let row else {
            throw AccountError(.notFound, "nobody here has the address “\(name)”; invite them first", field: "user")
        }
        return try Account(row)
    }
}
