internal import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB
internal import Synchronization

/// Where a request comes from.
package struct Origin: Sendable, Hashable {
    /// The network address; empty for this machine's own commands.
    package var address: String

    package init(address: String) { self.address = address }

    package static let console = Origin(address: "")
}

/// What is written down. The names are stable.
package enum AuditAction: String, Sendable, CaseIterable {
    case registered, verified, signedIn = "signed-in", signInFailed = "sign-in-failed", lockedOut = "locked-out"
    case signedOut = "signed-out", refreshReused = "refresh-reused"
    case passwordForgotten = "password-forgotten", passwordReset = "password-reset"
    case passwordChanged = "password-changed"
    case emailChanged = "email-changed", profileChanged = "profile-changed", accountDeleted = "account-deleted"
    case keyCreated = "key-created", keyRevoked = "key-revoked"
    case workspaceCreated = "workspace-created", workspaceRenamed = "workspace-renamed"
    case workspaceClaimed = "workspace-claimed"
    case memberAdded = "member-added", memberRemoved = "member-removed", roleChanged = "role-changed"
    case invited, invitationWithdrawn = "invitation-withdrawn", identityBound = "identity-bound"
    case projectRestricted = "project-restricted", projectOpened = "project-opened"
    case projectMemberAdded = "project-member-added", projectMemberRemoved = "project-member-removed"
    case shared, unshared
    case ownerCreated = "owner-created"
    case creditsGranted = "credits-granted", creditsSet = "credits-set", planChanged = "plan-changed"
    case completionRightsChanged = "completion-rights-changed"
    case messagesRead = "messages-read"
}

/// One line of the audit log.
package struct AuditEntry: Sendable {
    package var seq: Int64
    /// Unix milliseconds.
    package var at: Int64
    package var action: String
    package var account: RowID?
    /// Who did it, as far as somebody is known: an e-mail address or a name.
    package var who: String
    package var address: String
    package var workspace: String
    package var subject: String
    package var detail: String
}

/// Who does something, for the audit log.
struct Doer {
    var account: RowID?
    var key: RowID?
    var origin: Origin

    init(_ account: RowID? = nil, key: RowID? = nil, _ origin: Origin) {
        self.account = account
        self.key = key
        self.origin = origin
    }
}

extension DirectoryStore {
    /// In the transaction of what is written down, so that neither is there without the other.
    func audit(
        _ database: Database, _ action: AuditAction, by doer: Doer, workspace: Int64? = nil, on subject: String = "",
        _ detail: String = ""
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO audit (at, action, account_id, key_id, address, workspace_key, subject, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                clock(), action.rawValue, doer.account?.data, doer.key?.data, doer.origin.address, workspace, subject,
                detail,
            ])
        audited.withLock { $0[action, default: 0] += 1 }
    }

    /// That somebody reads what another has sent to models.
    ///
    /// - Throws: `AccountError` `.denied`.
    package func noteReadingMessages(of account: RowID, by caller: Caller) throws {
        try caller.requireOperator()
        try write { database in try audit(database, .messagesRead, by: caller.doer, on: account.hex) }
    }

    /// How often each thing was written down since the server began.
    package var auditCounts: [AuditAction: Int] { audited.withLock { $0 } }

    /// The same, for a caller who administers the server.
    package func auditLog(limit: Int, action: String?, before: Int64?, for caller: Caller) throws -> [AuditEntry] {
        try caller.requireOperator()
        return try auditLog(limit: limit, action: action, before: before)
    }

    /// The newest entries of the audit log first.
    ///
    /// - Parameters:
    ///   - action: only those of this name.
    ///   - before: only those with a smaller number, for the next page.
    package func auditLog(limit: Int, action: String? = nil, before: Int64? = nil) throws -> [AuditEntry] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT audit.*, coalesce(accounts.email, nullif(accounts.name, ''), '') AS who, workspaces.name AS workspace
                    FROM audit LEFT JOIN accounts ON accounts.id = audit.account_id
                    LEFT JOIN workspaces ON workspaces.key = audit.workspace_key
                    WHERE (?1 IS NULL OR action = ?1) AND (?2 IS NULL OR seq < ?2) ORDER BY seq DESC LIMIT ?3
                    """,
                arguments: [action, before, limit]
            ).map(AuditEntry.init)
        }
    }
}

extension AuditEntry {
    fileprivate init(_ row: Row) {
        seq = row["seq"]
        at = row["at"]
        action = row["action"]
        account = row.optionalID("account_id")
        who = row["who"]
        address = row["address"]
        workspace = row["workspace"] ?? ""
        subject = row["subject"]
        detail = row["detail"]
    }
}
