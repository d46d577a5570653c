package import Changesets

/// Who asks for something in a workspace, and what has been given to them there.
package struct Actor: Hashable, Sendable {
    /// Names the account in what is recorded; empty for none.
    package var account: String
    /// What they may read.
    package var view: ReadView
    /// Nil where they do not belong to the workspace: then they have what is shared with them.
    package var role: Role?
    /// The groups that are shared with them, and how.
    package var groups: [RowID: Share]
    /// What the key allows by which they came.
    package var permissions: Permissions
    /// Whether they administer the server, whatever they are in this workspace.
    package var administersServer: Bool

    /// - Parameter view: its groups are those of `groups`, and of who manages the workspace ``RowID/admins``.
    package init(
        account: String, view: ReadView, role: Role?, groups: [RowID: Share] = [:], permissions: Permissions = .all,
        administersServer: Bool = false
    ) {
        self.account = account
        self.view = view
        self.role = role
        // Nobody can share it.
        self.groups = groups.filter { $0.key != .admins }
        self.view.groups = Set(self.groups.keys).union(role.map { $0 >= .admin } ?? false ? [.admins] : [])
        self.permissions = permissions
        self.administersServer = administersServer
    }

    /// Nothing is kept from them, and nothing forbidden: for a server without accounts.
    package static let everything = Actor(account: "", view: .everything, role: .owner)
}

/// What somebody wants to do.
package enum Action: Hashable, Sendable {
    case read
    /// To keep a favourite, a preference or a note of use of one's own.
    case use
    /// To add something that stands by itself: a prompt, a group, a project.
    case create
    /// To change something, or to add what belongs to it: a version, a tag, an entry of a group.
    case edit
    case delete
    /// To take something out of a scope, or to put it into one. Both sides are asked.
    case move
    /// To let others read it through a group.
    case share
    case moveProtectedLabel
    /// To erase for good.
    case purge
    /// To make somebody a member of this role, or to change or remove one who has it.
    case manageMembers(Role)
    /// To change the workspace's name and settings, and who sees a project.
    case manageWorkspace
    case administerServer
}

/// What is to be said to somebody who wants to do something.
package enum Decision: Hashable, Sendable {
    case allow
    /// Why not, in words for that person.
    case deny(String)

    package var isAllowed: Bool { self == .allow }

    /// Nil where it is allowed.
    package var reason: String? {
        if case .deny(let reason) = self { reason } else { nil }
    }
}
