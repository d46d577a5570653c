import AccessControl
import Changesets
import Foundation
import NIOHTTP1
import PromptTemplates
import Testing

@testable import TeamServer

@Suite("What holds for every route alike")
struct ConventionTests {
    @Test("Of 50 edits at once of one version, one is the head, 49 are divergences, and none is lost")
    func parallelEdits() async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            let made = try await server.ask(
                "POST", "/api/v1/prompts", ["name": "p", "body": "base"], token: owner.token)
            let path = "/api/v1/prompts/\(made.json["id"].string)"
            let tag = try #require(made.tag)
            let answers = try await withThrowingTaskGroup(of: Answered.self) { group in
                for place in 0..<50 {
                    group.addTask {
                        try await server.ask(
                            "PUT", path, ["body": .text("text \(place)")], token: owner.token,
                            headers: ["If-Match": tag])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 200 } == 1)
            #expect(answers.count { $0.status == 201 && $0.json["branch"] != .null } == 49)
            let branches = try await server.json("GET", path + "/branches?limit=100", token: owner.token)
            #expect(branches.items.count { $0["kind"].string == "branch" } == 1)
            #expect(branches.items.count { $0["kind"].string == "divergence" } == 49)
            let versions = try await server.json("GET", path + "/versions?limit=100", token: owner.token)
            #expect(versions["total"].int == 51)
            #expect(Set(versions.items.map { $0["body"].string }) == Set((0..<50).map { "text \($0)" } + ["base"]))
            for branch in branches.items {
                let version = try await server.json(
                    "GET", "\(path)/versions/\(branch["version_id"].string)", token: owner.token)
                #expect(version["body"].string.hasPrefix("text "))
            }
        }
    }

    @Test("One Idempotency-Key from 20 connections makes one row")
    func idempotency() async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            let body: TemplateValue = ["name": "once", "body": "text"]
            let answers = try await withThrowingTaskGroup(of: Answered.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await server.ask(
                            "POST", "/api/v1/prompts", body, token: owner.token, headers: ["Idempotency-Key": "k"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // Whoever asks before the first is answered is told so.
            #expect(answers.allSatisfy { [201, 409].contains($0.status) }, "\(answers)")
            #expect(Set(answers.filter { $0.status == 201 }.map(\.text)).count == 1)
            let list = try await server.json("GET", "/api/v1/prompts", token: owner.token)
            #expect(list["total"].int == 1)
            let again = try await server.ask(
                "POST", "/api/v1/prompts", body, token: owner.token, headers: ["Idempotency-Key": "k"])
            #expect(again.status == 201 && again.json["id"] == list.items.first?["id"])
            let other = try await server.ask(
                "POST", "/api/v1/prompts", ["name": "twice", "body": "text"], token: owner.token,
                headers: ["Idempotency-Key": "k"])
            #expect(other.status == 422)
            #expect(other.json["type"].string == "urn:offbook:problem:idempotency-key-reused")
        }
    }

    @Test("A request that failed may be sent again under its key; a secret is answered once")
    func idempotentFailures() async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            let headers = ["Idempotency-Key": "k"]
            let bad = try await server.ask(
                "POST", "/api/v1/prompts", ["body": "x"], token: owner.token, headers: headers)
            #expect(bad.status == 400 && bad.json["field"].string == "name")
            let key = try await server.ask(
                "POST", "/api/v1/users/me/api-keys", ["name": "n"], token: owner.token, headers: headers)
            #expect(key.status == 201)
            let again = try await server.ask(
                "POST", "/api/v1/users/me/api-keys", ["name": "n"], token: owner.token, headers: headers)
            #expect(again.status == 409 && !again.text.contains(key.json["key"].string))
        }
    }

    @Test("Tags: 304 where nothing is new, 412 where something is")
    func tags() async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            for (root, body) in [("projects", "description"), ("groups", "description"), ("prompts", "category")] {
                let made = try await server.ask(
                    "POST", "/api/v1/\(root)", ["name": "n", "body": "x"], token: owner.token)
                let tag = try #require(made.tag)
                let path = "/api/v1/\(root)/\(made.json["id"].string)"
                let same = try await server.ask("GET", path, token: owner.token, headers: ["If-None-Match": tag])
                #expect(same.status == 304 && same.body.isEmpty)
                let change: TemplateValue = [body: "new"]
                let fresh = try await server.ask("PATCH", path, change, token: owner.token, headers: ["If-Match": tag])
                #expect(fresh.status == 200 && fresh.tag != tag)
                let stale = try await server.ask(
                    "PATCH", path, [body: "newer"], token: owner.token, headers: ["If-Match": tag])
                #expect(stale.status == 412, "\(stale)")
                let kept = try await server.ask("GET", path, token: owner.token)
                #expect(kept.tag == fresh.tag && kept.json[body].string == "new")
                let gone = try await server.ask("DELETE", path, token: owner.token, headers: ["If-Match": tag])
                #expect(gone.status == 412)
            }
        }
    }

    @Test("The old systems' three ways of asking for a page, and ours, give the same list")
    func pages() async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            for name in ["a", "b", "c", "d", "e"] {
                try await server.json(
                    "POST", "/api/v1/prompts", ["name": .text(name), "body": "x"], token: owner.token, status: 201)
            }
            func names(_ query: String) async throws -> [String] {
                let list = try await server.json("GET", "/prompts/?\(query)", token: owner.token)
                #expect(list["total"].int == 5)
                return list.items.map { $0["title"].string }
            }
            #expect(try await names("skip=2&limit=2") == ["c", "d"])
            #expect(try await names("offset=2&limit=2") == ["c", "d"])
            #expect(try await names("page=2&page_size=2") == ["c", "d"])
            #expect(try await names("sort_by=title&sort_order=desc&limit=2") == ["e", "d"])
            var (found, path) = ([String](), "/api/v1/prompts?limit=2&sort=-name")
            while !path.isEmpty {
                let page = try await server.ask("GET", path, token: owner.token)
                found += page.json.items.map { $0["name"].string }
                path = page.headers.first(name: "Link")?.firstMatch(of: /<(.*)>; rel="next"/).map { String($0.1) } ?? ""
            }
            #expect(found == ["e", "d", "c", "b", "a"])
            for query in ["limit=0", "limit=101", "cursor=x", "page=0", "skip=-1", "sort=body", "sort_order=up"] {
                #expect(try await server.ask("GET", "/api/v1/prompts?\(query)", token: owner.token).status == 400)
            }
        }
    }

    @Test("A problem names the request, which keeps the id that it came with")
    func requestIDs() async throws {
        try await withServer { server in
            let sent = try await server.ask("GET", "/nowhere", headers: ["X-Request-ID": "mine-1"])
            #expect(sent.status == 404 && sent.json["request_id"].string == "mine-1")
            #expect(sent.headers.first(name: "X-Request-ID") == "mine-1")
            let minted = try await server.ask("GET", "/api/v1/users/me", headers: ["X-Request-ID": "not <decent>"])
            #expect(minted.status == 401 && !minted.json["request_id"].string.isEmpty)
            #expect(minted.headers.first(name: "X-Request-ID") == minted.json["request_id"].string)
            #expect(minted.headers.first(name: "WWW-Authenticate") == "Bearer")
        }
    }
}
