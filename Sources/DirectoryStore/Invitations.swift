package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// Somebody who may become a member.
package struct Invitation: Hashable, Sendable {
    package var id: RowID
    package var workspace: DirectoryWorkspace
    package var email: String
    package var role: Role
    package var wasMailed: Bool
    /// Unix milliseconds.
    package var expiresAt: Int64
}

extension DirectoryStore {
    /// Invites an address. Somebody who has an account there becomes a member by accepting, as everybody does.
    ///
    /// - Returns: the invitation, and its code, which is not kept. It is mailed where the server sends mail.
    package func invite(
        _ address: String, as role: Role, to workspace: DirectoryWorkspace, by caller: Caller
    ) throws -> (invitation: Invitation, code: String) {
        let email = try EmailAddress(address)
        try require(.manageMembers(role), of: caller, in: workspace)
        let code = RandomSecret.text(prefix: "")
        let (invitation, inviter) = try write { database in
            try refuseMember(database, email, workspace)
            let invitation = try insertInvitation(database, email, role, workspace, code, by: caller)
            try audit(
                database, .invited, by: caller.doer, workspace: workspace.key, on: email.text, role.rawValue)
            return (invitation, try label(database, caller.account))
        }
        post(invitationMail(to: email.text, workspace: workspace.name, from: inviter, code: code))
        return (invitation, code)
    }

    private func refuseMember(_ database: Database, _ email: EmailAddress, _ workspace: DirectoryWorkspace) throws {
        let isMember = try members(database, of: workspace.key).contains { $0.account.email.lowercased() == email.key }
        guard !isMember else {
            throw AccountError(.conflict, "\(email.text) is a member of “\(workspace.name)” already", field: "email")
        }
    }

    private func insertInvitation(
        _ database: Database, _ email: EmailAddress, _ role: Role, _ workspace: DirectoryWorkspace, _ code: String,
        by caller: Caller
    ) throws -> Invitation {
        let now = clock()
        // The last one counts.
        try database.execute(
            sql: "UPDATE invitations SET ended_at = ? WHERE workspace_key = ? AND email_key = ? AND ended_at IS NULL",
            arguments: [now, workspace.key, email.key])
        let invitation = Invitation(
            id: .uuid7(at: now), workspace: workspace, email: email.text, role: role, wasMailed: sendsMail,
            expiresAt: now + policy.codes.invitationLife)
        try database.execute(
            sql: """
                INSERT INTO invitations (id, workspace_key, email, email_key, role, code, was_mailed, invited_by,
                    created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                invitation.id.data, workspace.key, email.text, email.key, role.rawValue, RandomSecret.hash(code),
                invitation.wasMailed, caller.account.data, now, invitation.expiresAt,
            ])
        return invitation
    }

    /// Those that nobody has accepted yet.
    package func invitations(to workspace: DirectoryWorkspace, for caller: Caller) throws -> [Invitation] {
        try require(.manageMembers(.viewer), of: caller, in: workspace)
        return try read { database in
            try Row.fetchAll(
                database,
                sql:
                    "SELECT * FROM invitations WHERE workspace_key = ? AND ended_at IS NULL AND expires_at > ? ORDER BY id",
                arguments: [workspace.key, clock()]
            ).map { try Invitation($0, workspace) }
        }
    }

    /// - Throws: `AccountError.notFound`.
    package func withdrawInvitation(_ id: RowID, to workspace: DirectoryWorkspace, by caller: Caller) throws {
        guard let found = try invitations(to: workspace, for: caller).first(where: { $0.id == id }) else {
            throw AccountError(.notFound, "there is no such invitation")
        }
        try require(.manageMembers(found.role), of: caller, in: workspace)
        try write { database in
            try endInvitation(database, id)
            try audit(database, .invitationWithdrawn, by: caller.doer, workspace: workspace.key, on: found.email)
        }
    }

    private func endInvitation(_ database: Database, _ id: RowID) throws {
        try database.execute(
            sql: "UPDATE invitations SET ended_at = ? WHERE id = ? AND ended_at IS NULL", arguments: [clock(), id.data])
    }

    /// The invitation of a code, for whoever has the address that was invited.
    func openInvitation(_ code: String, for email: EmailAddress) throws -> Invitation {
        try read { try openInvitation($0, code, for: email.key) }
    }

    private func openInvitation(_ database: Database, _ code: String, for emailKey: String) throws -> Invitation {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT * FROM invitations WHERE code = ? AND ended_at IS NULL AND expires_at > ? AND email_key = ?",
            arguments: [RandomSecret.hash(code), clock(), emailKey])
        guard let row, let workspace = try workspace(database, key: row["workspace_key"]) else {
            throw AccountError(
                .wrongCode, "the invitation is over, or is for another address; ask for another one",
                field: "invitation")
        }
        return try Invitation(row, workspace)
    }

    /// Makes whoever was invited a member, or gives a member the role of the invitation where that is higher.
    @discardableResult
    package func accept(invitation code: String, by caller: Caller) throws -> Membership {
        try accept(invitation: code, by: caller.account, from: caller.origin)
    }

    @discardableResult
    func accept(invitation code: String, by account: RowID, from origin: Origin) throws -> Membership {
        try write { database in
            let person = try requireAccount(database, account)
            let invitation = try openInvitation(database, code, for: person.email.lowercased())
            try endInvitation(database, invitation.id)
            let held = try membership(database, of: account, inKey: invitation.workspace.key)?.role
            let role = max(held ?? invitation.role, invitation.role)
            try setMember(database, account, role, in: invitation.workspace.key)
            try audit(
                database, .memberAdded, by: Doer(account, origin), workspace: invitation.workspace.key,
                on: person.email, role.rawValue)
            return Membership(workspace: invitation.workspace, role: role)
        }
    }
}

extension Invitation {
    fileprivate init(_ row: Row, _ workspace: DirectoryWorkspace) throws {
        id = try row.id("id")
        self.workspace = workspace
        email = row["email"]
        role = Role(rawValue: row["role"]) ?? .viewer
        wasMailed = row["was_mailed"]
        expiresAt = row["expires_at"]
    }
}
