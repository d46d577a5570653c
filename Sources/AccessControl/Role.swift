/// What somebody is in a workspace. Ordered: each may do all that a lower one may.
package enum Role: String, Hashable, Comparable, CaseIterable, Sendable, Codable {
    /// Reads, and keeps favourites and preferences of their own.
    case viewer
    /// Writes, in the workspace, in the projects they see, and what is private to them.
    case member
    /// Also sees restricted projects, purges, and manages members, viewers and the workspace's settings.
    case admin
    /// Also manages admins and owners.
    case owner

    /// - Parameter name: a role's name, or one that other systems have for `member`: developer, user.
    package init?(named name: String) {
        let name = name.lowercased()
        if name == "developer" || name == "user" { self = .member } else { self.init(rawValue: name) }
    }

    package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How a group is shared with somebody.
package enum Share: String, Hashable, CaseIterable, Sendable, Codable {
    case read
    /// Also to change the content of the prompts in it, and what is in it.
    case edit
}

/// To what an API key narrows what its account may do.
package struct Permissions: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let read = Permissions(rawValue: 1)
    package static let write = Permissions(rawValue: 2)
    /// To manage members and the workspace, to purge, and to administer the server.
    package static let admin = Permissions(rawValue: 4)
    package static let all: Permissions = [.read, .write, .admin]
}
