internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import HTTPTypes

/// With whom groups are shared, and who sees projects.
enum SharingRoutes {
    private static let group = "/api/v1/groups/{group}/share"
    private static let project = "/api/v1/projects/{project}/access"

    static let all: [Route] = [
        Route(.get, group, .allowed(.read), "With whom a group is shared") { call in
            let (group, home) = try home(call)
            return try shares(of: group, home, call)
        },
        Route(
            .post, group, .allowed(.share), "Share a group with somebody, or with every member",
            taking: ShareInput.self
        ) { call, input in
            let (group, home) = try home(call)
            try call.directory.share(
                group, home: home, with: input.person, input.level, in: call.workspace, by: call.caller)
            return try shares(of: group, home, call)
        },
        Route(
            .delete, group, .allowed(.share), "Share a group with somebody no more", taking: ShareInput.self
        ) { call, input in
            let (group, home) = try home(call)
            try call.directory.unshare(group, home: home, with: input.person, in: call.workspace, by: call.caller)
            return try shares(of: group, home, call)
        },
        Route(.get, project, .allowed(.read), "Who sees a project") { call in
            AccessView(
                try call.directory.access(to: restrictable(call), in: call.workspace, for: call.caller))
        },
        Route(
            .put, project, .allowed(.manageWorkspace), "Keep a project for some, or open it to all",
            taking: RestrictionInput.self
        ) { call, input in
            let id = try restrictable(call)
            if input.restricted {
                try call.directory.restrict(id, in: call.workspace, by: call.caller)
            } else {
                try call.directory.open(id, in: call.workspace, by: call.caller)
            }
            return AccessView(try call.directory.access(to: id, in: call.workspace, for: call.caller))
        },
        Route(
            .post, project + "/members", .allowed(.manageWorkspace), "Let a member see a restricted project",
            taking: PersonInput.self
        ) { call, input in
            let (id, member) = try (restrictable(call), member(input, call))
            try call.directory.add(member.account.id, to: id, in: call.workspace, by: call.caller)
            return AccessView(try call.directory.access(to: id, in: call.workspace, for: call.caller))
        },
        Route(
            .delete, project + "/members", .allowed(.manageWorkspace), "Let them see it no more",
            taking: PersonInput.self
        ) { call, input in
            let (id, member) = try (restrictable(call), member(input, call))
            try call.directory.remove(member.account.id, from: id, in: call.workspace, by: call.caller)
            return AccessView(try call.directory.access(to: id, in: call.workspace, for: call.caller))
        },
    ]

    private static func home(_ call: Call) throws -> (RowID, Scope) {
        let group = try call.id("group")
        return (group, try call.team.replicas.home(ofGroup: group, in: call.workspace))
    }

    private static func shares(of group: RowID, _ home: Scope, _ call: Call) throws -> Reply<ListView<ShareView>> {
        let shares = try call.directory.shares(of: group, home: home, in: call.workspace, for: call.caller)
        return try call.page(
            all: shares.map { ShareView(user: $0.account?.email, permission: $0.level.rawValue) })
    }

    private static func restrictable(_ call: Call) throws -> RowID {
        let project = try call.id("project")
        try call.team.replicas.requireProject(project, in: call.workspace)
        return project
    }

    private static func member(_ input: PersonInput, _ call: Call) throws -> Member {
        try call.directory.member(named: input.user, of: call.workspace, for: call.caller)
    }
}

struct ShareInput: Input, Choosing {
    /// An address, a username or an id; in its place `workspace` true for every member.
    var user: String?
    var workspace: Bool?
    var permission: String?
    static let choices = ["permission": ["read", "edit"]]
    static let example = ShareInput(user: "grace@example.org", permission: "edit")

    /// Nil for every member.
    var person: String? {
        get throws {
            guard (user != nil) != (workspace == true) else {
                throw AccountError(.invalid, "name a user, or set workspace to true", field: "user")
            }
            return user
        }
    }

    var level: Share {
        get throws {
            guard let level = Share(rawValue: permission ?? "read") else {
                throw AccountError(.invalid, "a permission is one of: read, edit", field: "permission")
            }
            return level
        }
    }
}

struct ShareView: View, Choosing {
    /// Nil for every member of the workspace.
    var user: String?
    var permission: String
    static let choices = ["permission": ["read", "edit"]]
}

struct AccessView: View {
    var restricted: Bool
    var members: [String]

    init(_ access: ProjectAccess) {
        restricted = access.isRestricted
        members = access.members.map { $0.email.isEmpty ? $0.id.hex : $0.email }
    }
}

struct RestrictionInput: Input {
    var restricted: Bool
    static let example = RestrictionInput(restricted: true)
}

struct PersonInput: Input {
    var user: String
    static let example = PersonInput(user: "grace@example.org")
}
