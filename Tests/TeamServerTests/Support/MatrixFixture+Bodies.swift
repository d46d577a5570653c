import AccessControl
import Changesets
import DirectoryStore
import Foundation
import HTTPTypes
import PromptTemplates

@testable import TeamServer

/// What is not as the route's example and its status say.
extension MatrixFixture {
    func settle(_ request: inout MatrixRequest, _ route: Route, _ asker: Person) async throws {
        let fresh = TemplateValue.text(UUID().uuidString)
        switch route.operation {
        case "POST /api/v1/auth/register", "POST /v1/users/register":
            request.body = ["email": .text("\(UUID().uuidString)@example.org"), "password": "password123"]
        case "POST /api/v1/auth/login", "POST /v1/users/login":
            request.body = ["email": .text(owner.email), "password": .text(owner.password)]
        case "POST /api/v1/auth/refresh", "POST /v1/users/refresh":
            request.body = ["refresh_token": .text(try server.signIn(owner.email).refreshToken)]
        case "POST /api/v1/auth/reset-password", "POST /api/v1/auth/verify-email", "POST /v1/email/verify",
            "POST /api/v1/users/me/email/confirm":
            // Of codes that nobody was sent.
            request.status = 400
        case "POST /api/v1/invitations/accept": request.status = 400
        case "GET /reset-password", "POST /reset-password": request.status = 400
        case "PATCH /api/v1/users/me", "PUT /api/v1/users/me", "PUT /v1/users/profile": request.body = ["name": "New"]
        case "DELETE /api/v1/users/me", "DELETE /v1/users/account": request.body = ["password": .text(asker.password)]
        case "PUT /api/v1/users/me/password", "PUT /v1/users/password":
            request.body = ["password": .text(asker.password), "new_password": "another password"]
        case "PUT /api/v1/users/me/email", "PUT /v1/users/email":
            request.body = ["password": .text(asker.password), "email": .text("\(UUID().uuidString)@example.org")]
        case "POST /api/v1/users":
            request.body = ["email": .text("\(UUID().uuidString)@example.org"), "password": "password123"]
        case "POST /api/v1/workspaces/{workspace}/invitations":
            request.body = ["email": .text("\(UUID().uuidString)@example.org")]
        case "GET /v1/users/api-key":
            if let caller = try server.store.caller(bearing: asker.token, from: RunningServer.here) {
                _ = try server.store.createShortKey(by: caller)
            }
        default: try await settleRows(&request, route, asker, fresh)
        }
    }

    private func settleRows(
        _ request: inout MatrixRequest, _ route: Route, _ asker: Person, _ fresh: TemplateValue
    ) async throws {
        switch route.operation {
        case "POST /api/v1/prompts", "POST /api/v1/projects", "POST /api/v1/groups",
            "POST /api/v1/prompts/{prompt}/duplicate", "PUT /api/v1/prompts/{prompt}", "PATCH /api/v1/prompts/{prompt}",
            "PUT /api/v1/projects/{project}", "PATCH /api/v1/projects/{project}", "PUT /api/v1/groups/{group}",
            "PATCH /api/v1/groups/{group}":
            request.body = ["name": fresh, "description": "new"]
            if route.operation.hasSuffix("/prompts") { request.body = ["name": fresh, "body": "text"] }
        case "PUT /api/v1/workspaces/{workspace}", "PATCH /api/v1/workspaces/{workspace}":
            request.body = ["name": "Stage team", "max_tokens": .number("5")]
        case "GET /api/v1/prompts/by-name":
            let made = try await server.json(
                "GET", "/api/v1/prompts/\(prompt())", token: owner.token, headers: ["Offbook-Workspace": workspace])
            request.path += "?name=\(made["name"].string)"
        case "POST /api/v1/groups/{group}/prompts": request.body = ["prompt_id": .text(try await prompt())]
        case "PUT /api/v1/groups/{group}/reorder": request.body = ["prompt_ids": .list([])]
        case "DELETE /api/v1/groups/{group}/prompts/{prompt}": try await enter(request)
        case "POST /api/v1/groups/{group}/share": request.body = ["user": .text(owner.email)]
        case "DELETE /api/v1/groups/{group}/share":
            request.body = ["user": .text(owner.email)]
            _ = try await server.json(
                "POST", request.path, request.body, token: owner.token, headers: ["Offbook-Workspace": workspace])
        case "POST /api/v1/projects/{project}/access/members", "DELETE /api/v1/projects/{project}/access/members":
            try await restrict(&request, isDelete: route.method == .delete)
        case "DELETE /api/v1/users/me/preferences/{key}":
            _ = try await server.ask(
                "PUT", "/api/v1/users/me/preferences/new.model", ["value": "x"], token: asker.token,
                headers: ["Offbook-Workspace": workspace])
        case "DELETE /api/v1/workspaces/{workspace}/members/{account}":
            // Who is let through may leave; another's membership takes an admin.
            if asker.account.profile.name == "viewer" || asker.account.profile.name == "member" { request.status = 403 }
        case "DELETE /api/v1/prompts/{prompt}/branches/{version}":
            request.path = try await divergence(request.path)
        default: break
        }
    }

    /// The path with the version that stands beside the head.
    private func divergence(_ path: String) async throws -> String {
        let list = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let found = try await server.json("GET", list, token: owner.token, headers: ["Offbook-Workspace": workspace])
        guard let other = found.items.first(where: { $0["kind"].string == "divergence" }) else {
            throw Complaint("there is no divergence: \(found)")
        }
        return "\(list)/\(other["version_id"].string)"
    }

    private func enter(_ request: MatrixRequest) async throws {
        let parts = request.path.split(separator: "/").map { String($0) }
        guard let prompt = parts.last else { return }
        _ = try await server.json(
            "POST", request.path.replacingOccurrences(of: "/\(prompt)", with: ""), ["prompt_id": .text(prompt)],
            token: owner.token, headers: ["Offbook-Workspace": workspace])
    }

    private func restrict(_ request: inout MatrixRequest, isDelete: Bool) async throws {
        let access = request.path.replacingOccurrences(of: "/members", with: "")
        let headers = ["Offbook-Workspace": workspace]
        _ = try await server.json("PUT", access, ["restricted": true], token: owner.token, headers: headers)
        request.body = ["user": .text(owner.email)]
        guard isDelete else { return }
        _ = try await server.json("POST", request.path, request.body, token: owner.token, headers: headers)
    }
}
