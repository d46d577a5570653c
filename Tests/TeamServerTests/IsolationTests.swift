import AccessControl
import Foundation
import HTTPTypes
import PromptTemplates
import Testing

@testable import TeamServer

@Suite("What is not somebody's is not there")
struct IsolationTests {
    @Test("Ids of another workspace are 404, on every route that takes one")
    func foreignIDs() async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            let (stranger, _) = try await server.owner(of: "Elsewhere")
            let fixture = try await Self.rows(server, owner)
            for route in RouteTable.all {
                guard let name = route.parameters.first, let id = fixture[name] else { continue }
                let path = route.path.replacingOccurrences(of: "{\(name)}", with: id)
                    .replacingOccurrences(of: "{version}", with: "v1")
                    .replacingOccurrences(of: "{prompt}", with: fixture["prompt"] ?? "")
                let answer = try await server.ask(
                    route.method.rawValue, path, route.input?.example, token: stranger.token)
                #expect(answer.status == 404, "\(route.method) \(path): \(answer)")
            }
            let kept = try await server.ask("GET", "/api/v1/prompts/\(fixture["prompt"] ?? "")", token: owner.token)
            #expect(kept.status == 200 && kept.json["body"].string == "text")
        }
    }

    private static func rows(_ server: RunningServer, _ owner: Person) async throws -> [String: String] {
        var rows: [String: String] = [:]
        for (name, root) in [("prompt", "prompts"), ("group", "groups"), ("project", "projects")] {
            let made = try await server.json(
                "POST", "/api/v1/\(root)", ["name": "n", "body": "text"], token: owner.token, status: 201)
            rows[name] = made["id"].string
        }
        return rows
    }

    @Test("A guest sees and edits what is shared with them, and nothing else")
    func guests() async throws {
        try await withServer { server in
            let (owner, workspace) = try await server.owner()
            let rows = try await Self.rows(server, owner)
            let (prompt, group) = (rows["prompt"] ?? "", rows["group"] ?? "")
            let other = try await server.json(
                "POST", "/api/v1/prompts", ["name": "other", "body": "x"], token: owner.token, status: 201)
            try await server.json(
                "POST", "/api/v1/groups/\(group)/prompts", ["prompt_id": .text(prompt)], token: owner.token)
            let guest = try server.person("guest")
            #expect(try await server.ask("GET", "/api/v1/prompts", token: guest.token).status == 404)
            let share: TemplateValue = ["user": .text(guest.email), "permission": "edit"]
            try await server.json("POST", "/api/v1/groups/\(group)/share", share, token: owner.token)
            let list = try await server.json("GET", "/api/v1/prompts", token: guest.token)
            #expect(list["total"].int == 1 && list.items[0]["id"].string == prompt)
            let edited = try await server.ask(
                "PUT", "/api/v1/prompts/\(prompt)", ["body": "by a guest"], token: guest.token,
                headers: ["Offbook-Workspace": workspace])
            #expect(edited.status == 200, "\(edited)")
            #expect(try await server.ask("DELETE", "/api/v1/prompts/\(prompt)", token: guest.token).status == 403)
            #expect(
                try await server.ask("GET", "/api/v1/prompts/\(other["id"].string)", token: guest.token).status == 404)
            let made = try await server.ask(
                "POST", "/api/v1/prompts", ["name": "mine", "body": "x"], token: guest.token)
            #expect(made.status == 403)
        }
    }

    @Test("What is private is for who made it, and a restricted project for those in it")
    func kept() async throws {
        try await withServer { server in
            let (owner, workspace) = try await server.owner()
            let member = try server.member(.member, of: workspace, invitedBy: owner)
            let own = try await server.json(
                "POST", "/api/v1/prompts", ["name": "own", "body": "x", "visibility": "private"], token: member.token,
                status: 201)
            #expect(
                try await server.ask("GET", "/api/v1/prompts/\(own["id"].string)", token: owner.token).status == 404)
            let project = try await server.json(
                "POST", "/api/v1/projects", ["name": "p"], token: owner.token, status: 201)
            let path = "/api/v1/projects/\(project["id"].string)"
            let inside = try await server.json(
                "POST", "/api/v1/prompts", ["name": "in", "body": "x", "project_id": project["id"]], token: owner.token,
                status: 201)
            #expect(try await server.ask("GET", path, token: member.token).status == 200)
            try await server.json("PUT", path + "/access", ["restricted": true], token: owner.token)
            #expect(try await server.ask("GET", path, token: member.token).status == 404)
            #expect(
                try await server.ask("GET", "/api/v1/prompts/\(inside["id"].string)", token: member.token).status == 404
            )
            try await server.json("POST", path + "/access/members", ["user": .text(member.email)], token: owner.token)
            #expect(
                try await server.ask("GET", "/api/v1/prompts/\(inside["id"].string)", token: member.token).status == 200
            )
        }
    }
}
