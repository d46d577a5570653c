internal import Hummingbird

extension API {
    func addRoutes(to group: RouterGroup<ServerContext>) {
        AuthController(api: self).addRoutes(to: group.group("auth"))
        UsersController(api: self).addRoutes(to: group.group("users"))
        let workspaces = WorkspacesController(api: self)
        workspaces.addRoutes(to: group.group("workspaces"))
        workspaces.addInvitationRoutes(to: group.group("invitations"))
        let sharing = SharingController(api: self)
        sharing.addGroupRoutes(to: group.group("groups"))
        sharing.addProjectRoutes(to: group.group("projects"))
        AdminController(api: self).addRoutes(to: group.group("admin"))
    }
}
