internal import HTTPTypes

/// What a daemon serves: every route of the library, as it is on a team server.
enum LocalRoutes {
    /// Those about a workspace's rows, and about what one keeps for oneself.
    static let library = RouteTable.library + OwnRoutes.all

    static func all(_ status: Route) -> [Route] {
        library + [status]
            + DocumentRoutes.roots.map { root in
                DocumentRoutes.openAPI(under: root) { OpenAPI.bytes(of: all(status), .local) }
            }
    }

    static func status<Status: Codable & Sendable>(
        _ status: @escaping @Sendable () async throws -> Status
    ) -> Route {
        Route(
            .get, "/api/v1/daemon/status", .signedIn, "How the daemon is doing",
            output: SchemaDecoder.schema(of: Status.self)
        ) { _ in Answer(status: .ok, headers: [:], body: try API.encoded(try await status())) }
    }
}
