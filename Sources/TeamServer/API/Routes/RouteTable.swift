internal import Hummingbird

/// Every route there is, but for those of the sync protocol.
enum RouteTable {
    /// Under `/api/v1`.
    static let canonical: [Route] =
        AuthRoutes.all + UserRoutes.all + KeyRoutes.all + OwnRoutes.all + WorkspaceRoutes.all + SharingRoutes.all
        + library + AdminRoutes.all + completing

    /// Who runs models and what they cost, how they are told to work, what was run, and what may be said.
    static let completing = [
        ProviderRoutes.all, ModelRoutes.all, StyleRoutes.all, JobRoutes.all, [BatchRoutes.canonical],
        TestRunRoutes.all, CreditRoutes.all, MessageLogRoutes.all, PolicyRoutes.all, ViolationRoutes.all,
    ].flatMap(\.self)

    /// What is read of these says what the rows say, and nothing else.
    static let library = [
        ProjectRoutes.all, PromptRoutes.all, VersionRoutes.all, ParticularRoutes.all, GroupRoutes.all,
    ].joined().map { $0.method == .get ? $0.kept : $0 }

    static let all: [Route] =
        canonical + OldPaths.all + EnchanterRoutes.all + DocumentRoutes.all + ResetPage.all
        + OperationRoutes.all + GatewayRoutes.all + EnchanterCompletions.all + [BatchRoutes.enchanter]
}

extension API {
    func addRoutes(_ routes: [Route], to router: Router<ServerContext>) {
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { try await respond(route, $0, $1) }
        }
    }
}
