package import AccessControl
package import Changesets
internal import GRDB
package import ReplicaStore

/// A workspace that a caller may reach, and what they are there.
package struct Reach: Sendable {
    package var workspace: DirectoryWorkspace
    package var actor: Actor
    /// Who they are among the workspace's rows; nil where they have been nobody yet.
    package var user: RowID?
}

extension DirectoryStore {
    /// Whatever a request within a workspace is judged by, in one read.
    ///
    /// - Parameter choose: which workspace is meant, of those that the caller belongs to, or sees a part of.
    package func reach(
        of caller: Caller, _ choose: ([DirectoryWorkspace]) throws -> DirectoryWorkspace
    ) throws -> Reach {
        try read { database in
            let belonging = try memberships(database, of: caller).map(\.workspace)
            let workspace = try choose(belonging + visitedWorkspaces(database, of: caller))
            return Reach(
                workspace: workspace, actor: try actor(database, caller, workspace),
                user: try firstIdentity(database, of: caller, in: workspace))
        }
    }

    /// Who a caller is among a workspace's rows.
    ///
    /// - Parameter mayWrite: whether who has been nobody there yet becomes somebody; else they are nobody still.
    package func persona(for caller: Caller, in reach: Reach, mayWrite: Bool) throws -> Persona {
        // Only who writes is introduced.
        guard mayWrite else {
            return Persona(actor: reach.actor, user: reach.user ?? .uuid7(at: clock()), name: "", email: nil)
        }
        let account = try account(of: caller)
        let names = [account.profile.name, account.username, account.email, "somebody"]
        return Persona(
            actor: reach.actor, user: try reach.user ?? newIdentity(of: caller, in: reach.workspace),
            name: names.first { !$0.isEmpty } ?? "", email: account.email.isEmpty ? nil : account.email)
    }

    private func newIdentity(of caller: Caller, in workspace: DirectoryWorkspace) throws -> RowID {
        let user = RowID.uuid7(at: clock())
        guard try bind(user, to: caller, in: workspace) else {
            throw AccountError(.busy, "the server could not say who you are; try again")
        }
        // Of two requests at once, both take the first.
        return try firstIdentity(of: caller, in: workspace) ?? user
    }
}
