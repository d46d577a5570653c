import AccessControl
import Foundation
import PromptLibrary
import PromptTemplates
import Testing

@testable import TeamServer

@Suite("Policies and violations, over REST")
struct PolicyRouteTests {
    private static let root = "/api/v1/policies"

    /// With a policy of the owner's.
    private func withPolicy(
        _ body: (RunningServer, (person: Person, workspace: String), _ policy: String) async throws -> Void
    ) async throws {
        try await withServer { server in
            let owner = try await server.owner()
            let made = try await server.json(
                "POST", Self.root,
                [
                    "name": "privacy", "policy_type": "pii", "rules": ["kinds": ["email"]], "threshold": .number("0.8"),
                    "severity": "high", "action": "block", "is_enforced": false,
                ], token: owner.person.token, status: 201)
            try await body(server, owner, made["id"].string)
        }
    }

    @Test("A policy is made, listed, changed field by field, and removed; null takes threshold and project away")
    func changing() async throws {
        try await withPolicy { server, owner, id in
            let (token, one) = (owner.person.token, "\(Self.root)/\(id)")
            let first = try await server.json("GET", one, token: token)
            #expect(first["policy_type"].string == "pii" && first["action"].string == "block")
            #expect(first["threshold"] == .number("0.8") && first["rules"] == ["kinds": ["email"]])
            #expect(first["is_active"] == true && first["is_enforced"] == false && first["project_id"] == .null)
            let project: TemplateValue = try await server.json(
                "POST", "/api/v1/projects", ["name": "Support"], token: token, status: 201)["id"]
            let moved = try await server.json(
                "PATCH", one, ["project_id": project, "description": "Addresses", "is_enforced": true], token: token)
            #expect(moved["project_id"] == project && moved["threshold"] == .number("0.8"))
            #expect(moved["description"].string == "Addresses" && moved["is_enforced"] == true)
            let freed = try await server.json(
                "PATCH", one, ["project_id": .null, "threshold": .null, "rules": .null], token: token)
            #expect(freed["project_id"] == .null && freed["threshold"] == .null && freed["rules"] == first["rules"])
            let other = try await server.json(
                "POST", Self.root, ["name": "dear", "type": "cost", "threshold": .number("0.05")], token: token,
                status: 201)
            #expect(other["threshold"] == .number("0.05") && other["rules"] == [:])
            let page = try await server.json("GET", Self.root + "?limit=1", token: token)
            #expect(page["total"].int == 2 && page.items.map { $0["name"].string } == ["dear"])
            let stale = try await server.ask(
                "PATCH", one, ["name": "x"], token: token, headers: ["If-Match": "\"old\""])
            #expect(stale.status == 412)
            try await server.json("DELETE", one, token: token)
            #expect(try await server.ask("GET", one, token: token).status == 404)
        }
    }

    @Test("What is wrong is answered with its field, and what is taken with a conflict")
    func faults() async throws {
        try await withPolicy { server, owner, id in
            let token = owner.person.token
            let wrong: [(TemplateValue, String)] = [
                (["policy_type": "pii"], "name"), (["name": "x"], "policy_type"),
                (["name": "x", "policy_type": "other"], "policy_type"),
                (["name": "x", "policy_type": "pii", "severity": "dire"], "severity"),
                (["name": "x", "policy_type": "pii", "action": "shout"], "action"),
                (["name": "x", "policy_type": "pii", "threshold": .number("2")], "threshold"),
                (["name": "x", "policy_type": "pii", "threshold": "high"], "threshold"),
                (["name": "x", "policy_type": "cost"], "threshold"),
                (["name": "x", "policy_type": "pii", "rules": "all"], "rules"),
                (["name": "x", "policy_type": "custom", "rules": [:]], "rules"),
                (["name": "x", "policy_type": "pii", "rules": ["words": ["w"]]], "rules.words"),
                (["name": "x", "policy_type": "custom", "rules": ["patterns": ["a", "("]]], "rules.patterns[1]"),
            ]
            for (body, field) in wrong {
                let answer = try await server.ask("POST", Self.root, body, token: token)
                #expect(answer.status == 400 && answer.json["field"].string == field, "\(body): \(answer)")
            }
            let taken = try await server.ask("POST", Self.root, ["name": "privacy", "kind": "pii"], token: token)
            #expect(taken.status == 409)
            let moved = try await server.ask(
                "PATCH", "\(Self.root)/\(id)", ["rules": ["words": ["w"]]], token: token)
            #expect(moved.status == 400 && moved.json["field"].string == "rules.words")
            let nowhere = try await server.ask(
                "PATCH", "\(Self.root)/\(id)", ["project_id": "nowhere"], token: token)
            #expect(nowhere.status == 404)
            for query in ["status=gone", "since=yesterday", "limit=0"] {
                let answer = try await server.ask("GET", "/api/v1/violations?\(query)", token: token)
                let field = query.split(separator: "=").first.map(String.init)
                #expect(answer.status == 400 && answer.json["field"].string == field, "\(query): \(answer)")
            }
        }
    }

    @Test("A text is checked, by whoever may read; nothing is kept of it")
    func check() async throws {
        try await withPolicy { server, owner, id in
            let viewer = try server.member(.viewer, of: owner.workspace, invitedBy: owner.person)
            let path = "\(Self.root)/\(id)/check"
            let found = try await server.json(
                "POST", path, ["text": "Write to ada@example.org.", "side": "output"], token: viewer.token)
            let finding: TemplateValue = found["findings"][0]
            #expect(found["is_violated"] == true && finding["violation_type"].string == "email", "\(found)")
            #expect(finding["start"].int == 9 && finding["end"].int == 24)
            #expect(finding["detected_value"].string.contains("•"))
            let clean = try await server.json("POST", path, ["text": "Write to nobody."], token: viewer.token)
            #expect(clean["is_violated"] == false && clean["findings"] == .list([]))
            #expect(
                try await server.ask("POST", path, ["text": "x", "side": "both"], token: viewer.token).status == 400)
            #expect(try await server.json("GET", "/api/v1/violations", token: owner.person.token)["total"].int == 0)
        }
    }

    @Test("Members read policies and change none; they see what they did themselves, and admins all")
    func rights() async throws {
        try await withPolicy { server, owner, id in
            let member = try server.member(.member, of: owner.workspace, invitedBy: owner.person)
            let one = "\(Self.root)/\(id)"
            #expect(try await server.json("GET", one, token: member.token)["name"].string == "privacy")
            let body: TemplateValue = ["name": "other", "policy_type": "pii"]
            #expect(try await server.ask("POST", Self.root, body, token: member.token).status == 403)
            #expect(try await server.ask("PATCH", one, ["is_active": false], token: member.token).status == 403)
            #expect(try await server.ask("DELETE", one, token: member.token).status == 403)

            let own = try server.violate(id, by: member, in: owner.workspace)
            let theirs = try server.violate(id, by: owner.person, in: owner.workspace)
            for path in ["/api/v1/violations", one + "/violations"] {
                let seen = try await server.json("GET", path, token: member.token)
                #expect(seen["total"].int == 1 && seen.items.map { $0["id"].string } == [own])
                #expect(try await server.json("GET", path, token: owner.person.token)["total"].int == 2)
            }
            let path = "/api/v1/violations/"
            #expect(try await server.ask("GET", path + own, token: member.token).status == 200)
            #expect(try await server.ask("GET", path + theirs, token: member.token).status == 404)
            let triage: TemplateValue = ["status": "resolved"]
            for id in [own, theirs] {
                #expect(try await server.ask("PATCH", path + id, triage, token: member.token).status == 403)
            }
            let stranger = try await server.owner(of: "Elsewhere").person
            #expect(try await server.ask("GET", path + own, token: stranger.token).status == 404)
            #expect(try await server.ask("GET", one, token: stranger.token).status == 404)
        }
    }

    @Test("Violations are found by what one asks for, and given an end, which is taken back")
    func violations() async throws {
        try await withPolicy { server, owner, id in
            let (token, root) = (owner.person.token, "/api/v1/violations")
            let prompt = try await server.json(
                "POST", "/api/v1/prompts", ["name": "mail", "body": "Hello."], token: token, status: 201)["id"].string
            let first = try server.violate(id, by: owner.person, in: owner.workspace) {
                ($0.found, $0.confidence, $0.occurredAt) = ("ad•••rg", 0.95, 1_700_000_000_000)
            }
            let second = try server.violate(id, by: owner.person, in: owner.workspace, kind: "cost") {
                ($0.measured, $0.threshold, $0.side) = (0.07, 0.05, nil)
            }
            let found = try await server.json("GET", "\(root)/\(first)", token: token)
            #expect(found["violation_type"].string == "email" && found["detected_value"].string == "ad•••rg")
            #expect(found["confidence_score"] == .number("0.95") && found["threshold_value"] == .null)
            #expect(
                found["status"].string == "open" && found["policy_id"].string == id && found["trace_id"].string != "")
            #expect(found["message"].string.contains("privacy") && found["created_at"].string.hasPrefix("2023-11-14T"))
            let measured = try await server.json("GET", "\(root)/\(second)", token: token)
            #expect(measured["detected_value"] == .number("0.07") && measured["threshold_value"] == .number("0.05"))

            let path = "\(root)/\(first)"
            let note = try await server.json("PATCH", path, ["notes": "Looking."], token: token)
            #expect(note["status"].string == "open" && note["resolution_notes"].string == "Looking.")
            let ended = try await server.json("PATCH", path, ["status": "false_positive"], token: token)
            #expect(ended["resolved_at"].string != "" && ended["resolved_by"].string != "")
            #expect(ended["resolution_notes"].string == "Looking.")
            #expect(try await server.ask("PATCH", path, ["status": "gone"], token: token).status == 400)
            for (query, ids) in [
                ("status=open", [second]), ("status=false_positive", [first]), ("since=2024-01-01", [second]),
                ("policy=privacy", [second, first]), ("policy_id=\(id)&limit=1", [second]), ("prompt=\(prompt)", []),
            ] {
                let listed = try await server.json("GET", "\(root)?\(query)", token: token)
                #expect(listed.items.map { $0["id"].string } == ids, "\(query): \(listed)")
            }
            let opened = try await server.json("PATCH", path, ["status": "acknowledged"], token: token)
            #expect(opened["resolved_at"] == .null && opened["resolved_by"] == .null)
            try await server.json("DELETE", "\(Self.root)/\(id)", token: token)
            #expect(try await server.json("GET", path, token: token)["policy"].string == "privacy")
        }
    }
}
