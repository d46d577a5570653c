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

    private func asOwner(_ method: String, _ path: String, _ body: TemplateValue, _ status: Int) async throws
        -> TemplateValue
    {
        try await server.json(
            method, path, body, token: owner.token, status: status, headers: ["Offbook-Workspace": workspace])
    }

    func prompt() async throws -> String {
        try await asOwner(
            "POST", "/api/v1/prompts",
            [
                "name": .text(UUID().uuidString), "body": "Say {{email_content}}", "tags": .list(["there"]),
                "metadata": ["there": "x"],
            ],
            201)["id"].string
    }

    private func parameter(_ name: String, _ route: Route, _ asker: Person) async throws -> String {
        switch name {
        case "workspace": return workspace
        case "prompt": return try await prompt(for: route)
        case "group":
            return try await asOwner("POST", "/api/v1/groups", ["name": .text(UUID().uuidString)], 201)["id"].string
        case "project":
            return try await asOwner("POST", "/api/v1/projects", ["name": .text(UUID().uuidString)], 201)["id"].string
        case "version": return "v1"
        case "label", "tag": return "there"
        case "key": return try parameterKey(route, asker)
        case "user": return owner.email
        case "account": return try server.member(.viewer, of: workspace, invitedBy: owner).email
        case "invitation":
            return try await asOwner(
                "POST", "/api/v1/workspaces/\(workspace)/invitations",
                ["email": .text("\(UUID().uuidString)@example.org")],
                201)["id"].string
        default: throw Complaint("what is {\(name)}?")
        }
    }

    private func parameterKey(_ route: Route, _ asker: Person) throws -> String {
        if route.path.contains("metadata") { return "there" }
        if route.path.contains("preferences") { return "new.model" }
        return try server.key(of: asker).id.hex
    }

    private func prompt(for route: Route) async throws -> String {
        let id = try await prompt()
        let path = "/api/v1/prompts/\(id)"
        if route.operation.hasSuffix("/undelete") { _ = try await asOwner("DELETE", path, [:], 200) }
        if route.operation == "DELETE /api/v1/prompts/{prompt}/labels/{label}" {
            _ = try await asOwner("PUT", path + "/labels/there", [:], 200)
        }
        if route.operation.contains("/merge") || route.operation.contains("/branches/{version}") {
            for text in ["One\n\nSay {{email_content}}", "Say {{email_content}}\n\nTwo"] {
                _ = try await server.ask(
                    "PUT", path, ["body": .text(text), "base_version": "v1"], token: owner.token,
                    headers: ["Offbook-Workspace": workspace])
            }
        }
        return id
    }
}
