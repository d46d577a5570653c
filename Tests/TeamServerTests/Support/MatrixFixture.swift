import AccessControl
import Changesets
import DirectoryStore
import Foundation
import HTTPTypes
import PromptTemplates

@testable import TeamServer

/// Makes what a route's request needs, anew for each, as requests delete and change things.
struct MatrixFixture {
    let server: RunningServer
    let owner: Person
    let workspace: String

    var rows: RowFixture { RowFixture(asked: server, token: owner.token, workspace: workspace) }

    private static let accountChanges = [
        "PUT /api/v1/users/me", "PATCH /api/v1/users/me", "DELETE /api/v1/users/me", "POST /api/v1/auth/logout",
        "PUT /api/v1/users/me/password", "PUT /api/v1/users/me/email", "POST /v1/users/logout",
        "PUT /v1/users/profile", "PUT /v1/users/email", "PUT /v1/users/password", "DELETE /v1/users/account",
        "POST /api/v1/users/me/email/confirm", "GET /v1/users/api-key", "POST /v1/users/api-key/regenerate",
        "POST /api/v1/users/me/api-keys", "DELETE /api/v1/users/me/api-keys/{key}",
        "POST /api/v1/users/me/api-keys/{key}/regenerate",
        "DELETE /api/v1/users/me/preferences/{key}",
    ]

    func changesAccount(_ route: Route) -> Bool { Self.accountChanges.contains(route.operation) }

    func request(_ route: Route, _ person: Person?) async throws -> MatrixRequest {
        var request = MatrixRequest(path: route.path, body: route.input?.example, status: route.status.code)
        let asker = person ?? owner
        for name in route.parameters {
            let value = try await parameter(name, route, asker)
            request.path = request.path.replacingOccurrences(of: "{\(name)}", with: value)
        }
        try await settle(&request, route, asker)
        return request
    }

    /// One of the asker's own, which does not end by itself.
    private func job(_ route: Route, _ asker: Person) async throws -> String {
        let body: TemplateValue = [
            "request": ["model": "hang", "messages": [["role": "user", "content": "Say hello."]]]
        ]
        let headers = ["Offbook-Workspace": workspace]
        let made = try await server.ask(
            "POST", "/api/v1/completions/jobs", body, token: asker.token, headers: headers)
        // Who may not come in finds nothing, whatever they ask for.
        guard made.status == 201 else { return asker.account.id.hex }
        let id = made.json["id"].string
        if route.operation.hasSuffix("/retry") {
            try await server.json(
                "POST", "/api/v1/completions/jobs/\(id)/cancel", token: asker.token, headers: headers)
        }
        return id
    }

    private func parameter(_ name: String, _ route: Route, _ asker: Person) async throws -> String {
        switch name {
        case "workspace": return workspace
        case "key" where !rows.knowsKey(of: route): return try server.key(of: asker).id.hex
        case "user": return owner.email
        case "account": return try server.member(.viewer, of: workspace, invitedBy: owner).email
        case "job": return try await job(route, asker)
        case "violation":
            return try server.violate(try await rows.parameter("policy", route), by: asker, in: workspace)
        case "invitation":
            return try await rows.make(
                "/api/v1/workspaces/\(workspace)/invitations", ["email": .text("\(UUID().uuidString)@example.org")])
        default: return try await rows.parameter(name, route)
        }
    }
}
