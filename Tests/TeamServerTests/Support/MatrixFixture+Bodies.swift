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
        default: try await settleSharing(&request, route, asker)
        }
    }

    private func settleSharing(_ request: inout MatrixRequest, _ route: Route, _ asker: Person) async throws {
        switch route.operation {
        case "PUT /api/v1/workspaces/{workspace}", "PATCH /api/v1/workspaces/{workspace}":
            request.body = ["name": "Stage team", "max_tokens": .number("5")]
        case "POST /api/v1/groups/{group}/share": request.body = ["user": .text(owner.email)]
        case "DELETE /api/v1/groups/{group}/share":
            request.body = ["user": .text(owner.email)]
            _ = try await rows.send("POST", request.path, request.body)
        case "POST /api/v1/projects/{project}/access/members", "DELETE /api/v1/projects/{project}/access/members":
            try await restrict(&request, isDelete: route.method == .delete)
        case "DELETE /api/v1/workspaces/{workspace}/members/{account}":
            // Who is let through may leave; another's membership takes an admin.
            if asker.account.profile.name == "viewer" || asker.account.profile.name == "member" { request.status = 403 }
        case "PATCH /api/v1/test-runs/{run}":
            // Another's run is for those who may edit its prompt.
            if asker.account.profile.name == "viewer" { request.status = 403 }
        default: try await rows.settle(&request, route, token: asker.token)
        }
    }

    private func restrict(_ request: inout MatrixRequest, isDelete: Bool) async throws {
        let access = request.path.replacingOccurrences(of: "/members", with: "")
        _ = try await rows.send("PUT", access, ["restricted": true])
        request.body = ["user": .text(owner.email)]
        if isDelete { _ = try await rows.send("POST", request.path, request.body) }
    }
}
