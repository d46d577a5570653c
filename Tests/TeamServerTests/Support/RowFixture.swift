import Foundation
import HTTPTypes
import PromptTemplates

@testable import TeamServer

/// Makes the rows that a route's request is about, anew for each, as requests delete and change them.
struct RowFixture {
    let asked: any Asking
    /// Of somebody who may do everything in the workspace; nil where nobody need sign in.
    let token: String?
    let workspace: String

    private var headers: [String: String] { ["Offbook-Workspace": workspace] }

    func send(
        _ method: String, _ path: String, _ body: TemplateValue? = nil, status: Int = 200
    ) async throws -> TemplateValue {
        try await asked.json(method, path, body, token: token, status: status, headers: headers)
    }

    /// - Returns: the id of what was made.
    func make(_ path: String, _ body: TemplateValue) async throws -> String {
        try await send("POST", path, body, status: 201)["id"].string
    }

    func prompt() async throws -> String {
        try await make(
            "/api/v1/prompts",
            [
                "name": .text(UUID().uuidString), "body": "Say {{email_content}}", "tags": .list(["there"]),
                "metadata": ["there": "x"],
            ])
    }

    /// As a route without accounts is asked.
    func request(_ route: Route) async throws -> MatrixRequest {
        var request = MatrixRequest(path: route.path, body: route.input?.example, status: route.status.code)
        for name in route.parameters {
            let value = try await parameter(name, route)
            request.path = request.path.replacingOccurrences(of: "{\(name)}", with: value)
        }
        try await settle(&request, route, token: token)
        return request
    }

    // MARK: What stands in the path

    func parameter(_ name: String, _ route: Route) async throws -> String {
        switch name {
        case "prompt": return try await prompt(for: route)
        case "group": return try await make("/api/v1/groups", ["name": .text(UUID().uuidString)])
        case "project": return try await make("/api/v1/projects", ["name": .text(UUID().uuidString)])
        case "version": return "v1"
        case "label", "tag": return "there"
        case "key" where knowsKey(of: route): return route.path.contains("metadata") ? "there" : "new.model"
        case "provider", "model", "style", "run", "policy": return try await running(name)
        default: throw Complaint("what is {\(name)}?")
        }
    }

    /// What lies under completions.
    private func running(_ name: String) async throws -> String {
        let fresh = UUID().uuidString
        switch name {
        case "provider":
            return try await make(
                "/api/v1/providers",
                ["name": .text(fresh), "provider_type": "custom", "api_base_url": "http://127.0.0.1:9/v1"])
        case "model":
            let provider = try await running("provider")
            return try await make("/api/v1/models", ["provider_id": .text(provider), "model_id": .text(fresh)])
        case "style":
            _ = try await send("PUT", "/api/v1/styles/\(fresh)", ["body": "Be brief."])
            return fresh
        case "policy": return try await make("/api/v1/policies", ["name": .text(fresh), "policy_type": "pii"])
        default: return try await make("/api/v1/prompts/\(prompt())/test", Self.test)
        }
    }

    private static let test: TemplateValue = ["input": ["email_content": "hello"], "model": "stub"]

    /// Whether the key in its path is one of a row's.
    func knowsKey(of route: Route) -> Bool { route.path.contains("metadata") || route.path.contains("preferences") }

    private func prompt(for route: Route) async throws -> String {
        let id = try await prompt()
        let path = "/api/v1/prompts/\(id)"
        if route.operation.hasSuffix("/undelete") { _ = try await send("DELETE", path) }
        if route.operation == "DELETE /api/v1/prompts/{prompt}/labels/{label}" {
            _ = try await send("PUT", path + "/labels/there", [:])
        }
        if route.operation.contains("/merge") || route.operation.contains("/branches/{version}") {
            for text in ["One\n\nSay {{email_content}}", "Say {{email_content}}\n\nTwo"] {
                _ = try await asked.ask(
                    "PUT", path, ["body": .text(text), "base_version": "v1"], token: token, headers: headers)
            }
        }
        return id
    }

    // MARK: What is not as the route's example says

    /// - Parameter token: of whoever is going to ask.
    func settle(_ request: inout MatrixRequest, _ route: Route, token: String?) async throws {
        let fresh = TemplateValue.text(UUID().uuidString)
        switch route.operation {
        case "POST /api/v1/prompts": request.body = ["name": fresh, "body": "text"]
        case "POST /api/v1/projects", "POST /api/v1/groups",
            "POST /api/v1/prompts/{prompt}/duplicate", "PUT /api/v1/prompts/{prompt}", "PATCH /api/v1/prompts/{prompt}",
            "PUT /api/v1/projects/{project}", "PATCH /api/v1/projects/{project}", "PUT /api/v1/groups/{group}",
            "PATCH /api/v1/groups/{group}":
            request.body = ["name": fresh, "description": "new"]
        case "GET /api/v1/prompts/by-name":
            let made = try await send("GET", "/api/v1/prompts/\(prompt())")
            request.path += "?name=\(made["name"].string)"
        case "POST /api/v1/groups/{group}/prompts": request.body = ["prompt_id": .text(try await prompt())]
        case "PUT /api/v1/groups/{group}/reorder": request.body = ["prompt_ids": .list([])]
        case "DELETE /api/v1/groups/{group}/prompts/{prompt}": try await enter(request)
        case "DELETE /api/v1/users/me/preferences/{key}":
            _ = try await asked.ask(
                "PUT", "/api/v1/users/me/preferences/new.model", ["value": "x"], token: token, headers: headers)
        case "POST /api/v1/providers":
            request.body = ["name": fresh, "provider_type": "custom", "api_base_url": "http://127.0.0.1:9/v1"]
        case "PATCH /api/v1/providers/{provider}": request.body = ["config": ["region": "north"]]
        case "POST /api/v1/policies", "PATCH /api/v1/policies/{policy}":
            request.body = request.body?.adding(["name": fresh])
        case "POST /api/v1/models":
            request.body = ["provider_id": .text(try await running("provider")), "model_id": fresh]
        case "PUT /api/v1/models/{model}", "PATCH /api/v1/models/{model}": request.body = ["name": fresh]
        case "POST /api/v1/prompts/{prompt}/test": request.body = Self.test
        case "DELETE /api/v1/prompts/{prompt}/branches/{version}":
            request.path = try await divergence(request.path)
        default: break
        }
    }

    /// The path with the version that stands beside the head.
    private func divergence(_ path: String) async throws -> String {
        let list = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let found = try await send("GET", list)
        guard let other = found.items.first(where: { $0["kind"].string == "divergence" }) else {
            throw Complaint("there is no divergence: \(found)")
        }
        return "\(list)/\(other["version_id"].string)"
    }

    private func enter(_ request: MatrixRequest) async throws {
        guard let prompt = request.path.split(separator: "/").last else { return }
        _ = try await send(
            "POST", request.path.replacingOccurrences(of: "/\(prompt)", with: ""), ["prompt_id": .text(String(prompt))])
    }
}
