internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import Hummingbird

/// With whom groups are shared, and who sees projects.
struct SharingController: Sendable {
    let api: API
    private var directory: DirectoryStore { api.directory }

    func addGroupRoutes(to group: RouterGroup<ServerContext>) {
        group.get(":group/share", use: shares)
        group.post(":group/share", use: share)
        group.delete(":group/share", use: unshare)
    }

    func addProjectRoutes(to group: RouterGroup<ServerContext>) {
        group.get(":project/access", use: access)
        group.put(":project/access", use: setAccess)
        group.post(":project/access/members", use: addMember)
        group.delete(":project/access/members", use: removeMember)
    }

    private struct ShareView: Codable, Sendable {
        /// Nil for every member of the workspace.
        var user: String?
        var permission: String
    }

    private func shares(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            let group = try particulars.id("group")
            let home = try api.replicas.home(ofGroup: group, in: workspace)
            return ListView(try view(directory.shares(of: group, home: home, in: workspace, for: caller)))
        }
    }

    private func view(_ shares: [GroupShare]) -> [ShareView] {
        shares.map { ShareView(user: $0.account?.email, permission: $0.level.rawValue) }
    }

    private struct ShareRequest: Decodable {
        /// An address, a username or an id; in its place `workspace` true for every member.
        var user: String?
        var workspace: Bool?
        var permission: String?

        /// Nil for every member.
        var name: String? {
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

    private func share(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: ShareRequest, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            let group = try particulars.id("group")
            let home = try api.replicas.home(ofGroup: group, in: workspace)
            try directory.share(
                group, home: home, with: question.name, question.level, in: workspace, by: caller)
            return ListView(try view(directory.shares(of: group, home: home, in: workspace, for: caller)))
        }
    }

    private func unshare(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: ShareRequest, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            let group = try particulars.id("group")
            let home = try api.replicas.home(ofGroup: group, in: workspace)
            try directory.unshare(group, home: home, with: question.name, in: workspace, by: caller)
            return ListView(try view(directory.shares(of: group, home: home, in: workspace, for: caller)))
        }
    }

    private struct AccessView: Codable, Sendable {
        var restricted: Bool
        var members: [String]

        init(_ access: ProjectAccess) {
            restricted = access.isRestricted
            members = access.members.map { $0.email.isEmpty ? $0.id.hex : $0.email }
        }
    }

    private func access(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            let (project, workspace) = try self.project(particulars, for: caller)
            return AccessView(try directory.access(to: project, in: workspace, for: caller))
        }
    }

    private func project(
        _ particulars: API.Particulars, for caller: Caller
    ) throws -> (RowID, DirectoryWorkspace) {
        let workspace = try api.workspace(particulars, for: caller)
        let project = try particulars.id("project")
        try api.replicas.requireProject(project, in: workspace)
        return (project, workspace)
    }

    private struct Restriction: Decodable { var restricted: Bool }

    private func setAccess(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: Restriction, caller, particulars) in
            let (project, workspace) = try self.project(particulars, for: caller)
            if question.restricted {
                try directory.restrict(project, in: workspace, by: caller)
            } else {
                try directory.open(project, in: workspace, by: caller)
            }
            return AccessView(try directory.access(to: project, in: workspace, for: caller))
        }
    }

    private struct UserName: Decodable { var user: String }

    private func addMember(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: UserName, caller, particulars) in
            let (project, workspace) = try self.project(particulars, for: caller)
            let member = try directory.member(named: question.user, of: workspace, for: caller)
            try directory.add(member.account.id, to: project, in: workspace, by: caller)
            return AccessView(try directory.access(to: project, in: workspace, for: caller))
        }
    }

    private func removeMember(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: UserName, caller, particulars) in
            let (project, workspace) = try self.project(particulars, for: caller)
            let member = try directory.member(named: question.user, of: workspace, for: caller)
            try directory.remove(member.account.id, from: project, in: workspace, by: caller)
            return AccessView(try directory.access(to: project, in: workspace, for: caller))
        }
    }
}
