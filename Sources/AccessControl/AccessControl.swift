package import Changesets

/// The one place that decides who may do what. What nothing here allows is denied.
package enum AccessControl {
    /// - Parameters:
    ///   - home: the scope that governs the row.
    ///   - groups: those that the row is in: of a prompt and what belongs to it, by their entries; of a group
    ///     and its entries, the group itself.
    package static func decide(
        _ actor: Actor, _ action: Action, home: Scope = .workspace, through groups: Set<RowID> = []
    ) -> Decision {
        guard actor.permissions.contains(action.permission) else {
            return .deny("this key does not allow it: use one that may \(action.permission.word)")
        }
        if let decision = administrative(actor, action) { return decision }
        guard actor.view.contains(Audience(home: home, groups: groups)) else { return .deny("you may not see it") }
        return reading(action) ? .allow : writing(actor, action, home, groups)
    }

    /// Whether a prompt may be put into a group: whoever does it lets others read it.
    package static func decidePutting(
        _ actor: Actor, prompt: Scope, through groups: Set<RowID>, into group: RowID, at home: Scope
    ) -> Decision {
        let sharing = decide(actor, .share, home: prompt, through: groups)
        guard sharing.isAllowed else { return sharing }
        return decide(actor, .edit, home: home, through: [group])
    }

    private static func reading(_ action: Action) -> Bool { action == .read || action == .use }

    /// What does not depend on where a row is at home; nil for all else.
    private static func administrative(_ actor: Actor, _ action: Action) -> Decision? {
        switch action {
        case .purge: requires(.admin, actor, "only an admin may purge")
        case .manageWorkspace: requires(.admin, actor, "only an admin may change the workspace's settings")
        case .manageMembers(let role) where role >= .admin:
            requires(.owner, actor, "only an owner may manage admins and owners")
        case .manageMembers: requires(.admin, actor, "only an admin may manage members")
        case .administerServer:
            actor.administersServer ? .allow : .deny("only an administrator of the server may do that")
        default: nil
        }
    }

    private static func requires(_ role: Role, _ actor: Actor, _ reason: String) -> Decision {
        guard let held = actor.role, held >= role else { return .deny(reason) }
        return .allow
    }

    private static func writing(
        _ actor: Actor, _ action: Action, _ home: Scope, _ groups: Set<RowID>
    ) -> Decision {
        if action == .edit, groups.contains(where: { actor.groups[$0] == .edit }) { return .allow }
        guard actor.view.contains(home) else {
            return .deny("it is only shared with you\(action == .edit ? " to read" : "")")
        }
        switch home {
        case .workspace, .project, .private: break
        case .anyone: return .deny("only an admin may change it")
        case .group, .nobody: return actor.view.seesEverything ? .allow : .deny("it is not known whose it is")
        }
        guard let role = actor.role else { return .deny("you are not a member of the workspace") }
        return role >= .member ? .allow : .deny("a viewer may not change anything")
    }
}

extension Action {
    /// What a key must allow for it.
    var permission: Permissions {
        switch self {
        case .read: .read
        case .use, .create, .edit, .delete, .move, .share, .moveProtectedLabel: .write
        case .purge, .manageMembers, .manageWorkspace, .administerServer: .admin
        }
    }
}

extension Permissions {
    fileprivate var word: String {
        if contains(.admin) { return "administer" }
        return contains(.write) ? "write" : "read"
    }
}
