internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import PromptTemplates

/// Lets a request through to its handler, or not: by the route's policy, in one place.
struct Gate {
    let call: Call
    let team: TeamSource

    /// - Returns: the workspace that it is about, and what the caller is there; nil where it is about none.
    /// - Throws: `AccountError` `.notFound` for a workspace that is not the caller's, `.denied`.
    func pass() throws -> Reach? {
        switch call.route.policy {
        case .anonymous, .signedIn: return nil
        case .administrator:
            try call.caller.requireOperator()
            return nil
        case .allowed(let action):
            let place = try place(for: call.caller)
            if let reason = Self.decision(place.actor, action).reason { throw AccountError(.denied, reason) }
            return place
        }
    }

    /// What is shared with somebody counts here as it does for its rows; which rows these are is looked at there.
    static func decision(_ actor: Actor, _ action: Action) -> Decision {
        AccessControl.decide(
            actor, action, home: actor.role == nil ? .nobody : .workspace, through: Set(actor.groups.keys))
    }

    private func place(for caller: Caller) throws -> Reach {
        let name = call.workspaceName
        let reach = try team.memory.value(of: caller, name) {
            try team.directory.reach(of: caller) { try Self.workspace(name, of: caller, among: $0) }
        }
        guard !reach.actor.view.isNothing else { throw Self.noWorkspace }
        return reach
    }

    private static var noWorkspace: AccountError {
        AccountError(.notFound, "you have no such workspace on this server", field: "workspace")
    }

    /// The one that the request names, else that of the token, else the only one.
    private static func workspace(
        _ name: String?, of caller: Caller, among reachable: [DirectoryWorkspace]
    ) throws -> DirectoryWorkspace {
        guard let name, name != "me" else { return try usual(caller, among: reachable) }
        if let found = reachable.first(where: { $0.id?.hex == name }) { return found }
        let found = reachable.filter { Slug.of($0.name) == name || $0.name == name }
        guard let only = found.first else { throw noWorkspace }
        guard found.count == 1 else {
            throw AccountError(
                .ambiguous, "several of your workspaces have that name: name one by its id", field: "workspace")
        }
        return only
    }

    private static func usual(
        _ caller: Caller, among reachable: [DirectoryWorkspace]
    ) throws -> DirectoryWorkspace {
        if let found = reachable.first(where: { $0.key == caller.boundTo ?? caller.preferred }) { return found }
        guard let only = reachable.first else {
            throw AccountError(.notFound, "you belong to no workspace on this server yet", field: "workspace")
        }
        guard reachable.count == 1 else {
            throw AccountError(.ambiguous, "you have several workspaces here: name one", field: "workspace")
        }
        return only
    }
}
