package import Changesets
internal import FoundationEssentials
internal import GRDB

/// On whose behalf the server does what was queued in a workspace.
extension DirectoryStore {
    /// Those that a library lies in.
    package func claimedWorkspaces() throws -> [DirectoryWorkspace] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM workspaces WHERE id IS NOT NULL ORDER BY key")
                .map(DirectoryWorkspace.init)
        }
    }

    package func claimedWorkspace(_ id: RowID) throws -> DirectoryWorkspace? { try read { try workspace($0, id) } }

    /// The account of a user of a workspace's rows, as long as it is active and may use the workspace.
    ///
    /// - Throws: `AccountError.denied` where there is none any more.
    package func account(ofUser user: RowID?, in workspace: DirectoryWorkspace) throws -> RowID {
        let found = try user.flatMap { user in
            try read { database -> RowID? in
                let sql = """
                    SELECT accounts.id FROM identities JOIN accounts ON accounts.id = account_id
                    WHERE workspace_key = ?1 AND user_id = ?2 AND is_active AND (
                        EXISTS (SELECT 1 FROM members WHERE members.workspace_key = ?1
                            AND members.account_id = accounts.id AND removed_at IS NULL)
                        OR EXISTS (SELECT 1 FROM group_shares WHERE group_shares.workspace_key = ?1
                            AND group_shares.account_id = accounts.id))
                    """
                return try Data.fetchOne(database, sql: sql, arguments: [workspace.key, user.data])
                    .flatMap { RowID($0) }
            }
        }
        guard let found else {
            throw AccountError(
                .denied, "whoever queued it has no account any more that may use “\(workspace.name)” on this server")
        }
        return found
    }
}

extension CreditLedger {
    /// What is reserved for queued jobs that are not to be run any more is given back.
    ///
    /// - Parameter isOpen: whether the job of a charge, in the workspace of that key, may still be run.
    /// - Returns: how many they are.
    @discardableResult
    package func refundJobs(unless isOpen: (_ charge: String, _ workspace: Int64) throws -> Bool) throws -> Int {
        let idle = try change { try $0.openJobs() }.filter { try !isOpen($0.charge, $0.workspace) }
        return try change { batch in
            try idle.filter { try batch.refund($0, detail: "the job is not run any more") }.count
        }
    }
}
