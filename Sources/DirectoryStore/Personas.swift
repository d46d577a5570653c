package import AccessControl
internal import Changesets
internal import GRDB
package import ReplicaStore

extension DirectoryStore {
    /// Everything that a caller may reach: workspaces that they belong to, and those of which they see a part.
    package func reachableWorkspaces(of caller: Caller) throws -> [DirectoryWorkspace] {
        try memberships(of: caller).map(\.workspace) + visitedWorkspaces(of: caller)
    }

    /// Who a caller is among a workspace's rows.
    ///
    /// - Parameter mayWrite: whether who has been nobody there yet becomes somebody; else they are nobody still.
    package func persona(
        for caller: Caller, _ actor: Actor, in workspace: DirectoryWorkspace, mayWrite: Bool
    ) throws -> Persona {
        let account = try account(of: caller)
        var user = try firstIdentity(of: caller, in: workspace)
        if user == nil {
            let new = RowID.uuid7(at: clock())
            if try !mayWrite || bind(new, to: caller, in: workspace) { user = new }
        }
        guard let user else { throw AccountError(.busy, "the server could not say who you are; try again") }
        let names = [account.profile.name, account.username, account.email, "somebody"]
        return Persona(
            actor: actor, user: user, name: names.first { !$0.isEmpty } ?? "",
            email: account.email.isEmpty ? nil : account.email)
    }
}
