internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import Hummingbird

/// Workspaces, and who is in them.
struct WorkspacesController: Sendable {
    let api: API
    private var directory: DirectoryStore { api.directory }

    func addRoutes(to group: RouterGroup<ServerContext>) {
        group.get(use: list)
        group.post(use: create)
        group.get(":workspace", use: show)
        group.patch(":workspace", use: rename)
        group.get(":workspace/members", use: members)
        group.patch(":workspace/members/:account", use: setRole)
        group.delete(":workspace/members/:account", use: removeMember)
        group.get(":workspace/invitations", use: invitations)
        group.post(":workspace/invitations", use: invite)
        group.delete(":workspace/invitations/:invitation", use: withdraw)
    }

    func addInvitationRoutes(to group: RouterGroup<ServerContext>) {
        group.post("accept", use: accept)
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, _) in
            try api.replicas.foundUnclaimed(for: caller)
            return ListView(try WorkspaceView.all(of: caller, in: directory))
        }
    }

    private struct NewWorkspace: Decodable {
        var name: String
        /// That of a library which goes on in it.
        var id: String?
    }

    private func create(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context, status: .created) { (question: NewWorkspace, caller, _) in
            let id = try API.id(question.id, "id")
            let workspace = try api.replicas.create(named: question.name, id: id, by: caller)
            return try view(workspace, for: caller)
        }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            try view(api.workspace(particulars, for: caller), for: caller)
        }
    }

    private func view(_ workspace: DirectoryWorkspace, for caller: Caller) throws -> WorkspaceView {
        guard let membership = try directory.memberships(of: caller).first(where: { $0.workspace.key == workspace.key })
        else { throw AccountError(.notFound, "you have no such workspace on this server") }
        return WorkspaceView(membership)
    }

    private struct Name: Decodable { var name: String }

    private func rename(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: Name, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            try directory.renameWorkspace(workspace, to: question.name, by: caller)
            return try view(workspace, for: caller)
        }
    }

    private func members(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            return ListView(try directory.members(of: workspace, for: caller).map(MemberView.init))
        }
    }

    private struct RoleName: Decodable { var role: String }

    private func setRole(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: RoleName, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            let member = try member(particulars, of: workspace, for: caller)
            try directory.setRole(
                try Self.role(question.role), of: member.account.id, in: workspace, by: caller)
            return MemberView(try directory.member(named: member.account.id.hex, of: workspace, for: caller))
        }
    }

    /// By id, address or username.
    private func member(
        _ particulars: API.Particulars, of workspace: DirectoryWorkspace, for caller: Caller
    ) throws -> Member {
        let name = particulars.parameters.get("account") ?? ""
        return try directory.member(named: name, of: workspace, for: caller)
    }

    static func role(_ name: String) throws -> Role {
        guard let role = Role(named: name) else {
            throw AccountError(.invalid, "a role is one of: viewer, member, admin, owner", field: "role")
        }
        return role
    }

    private func removeMember(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            let member = try member(particulars, of: workspace, for: caller)
            try directory.removeMember(member.account.id, from: workspace, by: caller)
            return DoneView(detail: "they are no member any more")
        }
    }

    private func invitations(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            return ListView(try directory.invitations(to: workspace, for: caller).map { InvitationView($0) })
        }
    }

    private struct NewInvitation: Decodable {
        var email: String
        var role: String?
    }

    private func invite(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context, status: .created) { (question: NewInvitation, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            let (invitation, code) = try directory.invite(
                question.email, as: try Self.role(question.role ?? "member"), to: workspace, by: caller)
            // A mailed code proves the address; so nobody but its reader is to know it.
            return InvitationView(invitation, code: invitation.wasMailed ? nil : code)
        }
    }

    private func withdraw(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            let workspace = try api.workspace(particulars, for: caller)
            try directory.withdrawInvitation(particulars.id("invitation"), to: workspace, by: caller)
            return DoneView(detail: "the invitation is withdrawn")
        }
    }

    private struct Acceptance: Decodable { var code: String }

    private func accept(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: Acceptance, caller, _) in
            WorkspaceView(try directory.accept(invitation: question.code, by: caller))
        }
    }
}
