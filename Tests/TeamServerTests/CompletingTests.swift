import Changesets
import DirectoryStore
import Foundation
import PromptLibrary
import PromptTemplates
import ProviderStub
import ReplicaStore
import Testing

@testable import TeamServer

@Suite("What completions are made with, over REST")
struct CompletingTests {
    private func withStub(_ body: (RunningServer, Person, ProviderStub) async throws -> Void) async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        try await withServer(stub.environment) { server in
            let (owner, _) = try await server.owner()
            try await body(server, owner, stub)
        }
        try await stub.stop()
    }

    @Test("A provider's key is never shown, and is no other workspace's")
    func keys() async throws {
        try await withStub { server, owner, _ in
            let (stranger, _) = try await server.owner(of: "Elsewhere")
            let key = "sk-never-shown-\(UUID().uuidString)"
            let body: TemplateValue = [
                "name": "shared", "provider_type": "openai", "api_base_url": "https://models.example.org/v1",
                "api_key": .text(key),
            ]
            let made = try await server.ask("POST", "/api/v1/providers", body, token: owner.token)
            #expect(made.status == 201 && made.json["has_key"] == .boolean(true) && !made.text.contains(key))
            #expect(made.json["key_ending"].string == String(key.suffix(4)))
            let path = "/api/v1/providers/\(made.json["id"].string)"
            #expect(try await !server.ask("GET", path, token: owner.token).text.contains(key))
            let other = try await server.json(
                "POST", "/api/v1/providers",
                ["name": "shared", "provider_type": "openai", "api_base_url": "https://models.example.org/v1"],
                token: stranger.token, status: 201)
            // Of one name, and so of one id.
            #expect(other["id"] == made.json["id"] && other["has_key"] == .boolean(false))
            try await server.json("DELETE", path, token: stranger.token)
            #expect(try await server.json("GET", path, token: owner.token)["has_key"] == .boolean(true))
            let stale = try await server.ask(
                "PATCH", path, ["is_active": .boolean(false)], token: owner.token, headers: ["If-Match": "\"old\""])
            #expect(stale.status == 412)
        }
    }

    @Test("A provider can be tested, and one on the server's own network is not asked")
    func check() async throws {
        try await withStub { server, owner, stub in
            let made = try await server.json(
                "POST", "/api/v1/providers",
                ["name": "inside", "provider_type": "custom", "api_base_url": .text(stub.base)], token: owner.token,
                status: 201)
            let tested = try await server.json(
                "POST", "/api/v1/providers/\(made["id"].string)/test", token: owner.token)
            #expect(tested["is_ok"] == .boolean(false) && tested["error"].string.contains("private-providers"))
            #expect(stub.count == 0)
        }
    }

    @Test("A model has its price from the day that it was said, and what is not known is null")
    func models() async throws {
        try await withStub { server, owner, _ in
            let provider = try await server.json(
                "POST", "/api/v1/models/providers", ["name": "p", "provider_type": "openai"], token: owner.token,
                status: 201)
            #expect(provider["api_base_url"].string == "https://api.openai.com/v1")
            let model = try await server.json(
                "POST", "/api/v1/models",
                [
                    "provider_id": provider["id"], "model_id": "m", "name": "M", "supports_vision": .boolean(true),
                    "input_cost_per_million": .number("2.5"),
                ], token: owner.token, status: 201)
            #expect(model["input_cost_per_million"] == .number("2.5"))
            #expect(model["output_cost_per_million"] == .null && model["capabilities"] == .list(["vision"]))
            let path = "/api/v1/models/\(model["id"].string)"
            let changed = try await server.json(
                "PATCH", path, ["output_cost_per_million": .number("10"), "supports_streaming": .boolean(true)],
                token: owner.token)
            #expect(changed["supports_vision"] == .boolean(true) && changed["supports_streaming"] == .boolean(true))
            // What is not said goes on as before.
            #expect(changed["input_cost_per_million"] == .number("2.5"))
            let batch: TemplateValue = ["price_tier": "batch", "output_cost_per_million": .number("5")]
            let tiers = try await server.json("PATCH", path, batch, token: owner.token)
            guard case .list(let prices) = tiers["prices"], let first = prices.first else {
                throw Complaint("no prices")
            }
            let tier: TemplateValue = first["batch"]
            #expect(first["output"].int == 10 && tier["output"].int == 5, "\(first)")
            _ = try await server.json("DELETE", path, token: owner.token)
            #expect(try await server.ask("GET", path, token: owner.token).status == 404)
        }
    }

    @Test("A prompt is tested, charged once with one key, and rated; a provider's failure is a result too")
    func testRuns() async throws {
        try await withStub { server, owner, stub in
            let prompt = try await server.json(
                "POST", "/api/v1/prompts", ["name": "mail", "body": "Sum up: {{mail}}"], token: owner.token,
                status: 201)["id"].string
            let body: TemplateValue = ["input": ["mail": "Dear all"], "model": "stub", "rating": .number("4")]
            let headers = ["Idempotency-Key": "once"]
            let path = "/api/prompts/\(prompt)/test"
            let run = try await server.json(
                "POST", path, body, token: owner.token, status: 201, headers: headers)
            #expect(run["output"].string.hasPrefix("The quick") && run["model"].string == "stub")
            #expect(run["tokens_used"].int ?? 0 > 0 && run["error"] == .null && run["createdAt"].string != "")
            let again = try await server.json(
                "POST", path, body, token: owner.token, status: 201, headers: headers)
            #expect(again["id"] == run["id"] && stub.count == 1)
            #expect(stub.requests.first?.text.contains("Sum up: Dear all") == true)
            let failed = try await server.json(
                "POST", path, ["input": ["mail": "x"], "model": "refusing"], token: owner.token, status: 201)
            #expect(failed["error"].string.contains("it is wrong") && failed["output"].string == "")
            #expect(try await server.json("GET", path, token: owner.token)["total"].int == 2)
            let rated = try await server.json(
                "PATCH", "/api/v1/test-runs/\(run["id"].string)", ["rating": .number("5"), "feedback": "good"],
                token: owner.token)
            #expect(rated["rating"].int == 5 && rated["feedback"].string == "good")
            let count = stub.count
            let overrated = try await server.ask(
                "POST", path, body.adding(["rating": .number("9")]), token: owner.token)
            #expect(overrated.status == 400 && stub.count == count, "\(overrated)")
            let missing = try await server.ask("POST", path, ["model": "stub"], token: owner.token)
            #expect(missing.status == 400 && missing.text.contains("mail"))
        }
    }

    @Test("PromptEnchanter: a style takes the place of the client's system prompt, and rights are enforced")
    func enchanter() async throws {
        try await withStub { server, owner, stub in
            let asked: TemplateValue = [
                "level": "medium", "r_type": "bpe", "temperature": .number("0.7"),
                "messages": [
                    ["role": "system", "content": "the client's own"], ["role": "user", "content": "Create a code."],
                ],
            ]
            let path = "/v1/prompt/completions"
            let answer = try await server.json("POST", path, asked, token: owner.token)
            #expect(answer["choices"][0]["message"]["content"].string.hasPrefix("The quick"))
            let sent = try TemplateValue(json: #require(stub.requests.last).body)
            #expect(sent["model"].string == "gpt-4o" && sent["r_type"] == .null && sent["level"] == .null)
            #expect(sent["messages"][0]["content"].string.hasPrefix("You are a careful expert"))
            #expect(sent["messages"][1]["content"].string == "Create a code." && sent["messages"][2] == .null)
            let deep = asked.adding(["ai_research": .boolean(true), "research_depth": "deepest"])
            #expect(try await server.ask("POST", path, deep, token: owner.token).status == 400)
            try server.store.setCompletionRights(styles: ["react"], levels: ["low"], of: owner.account.id)
            #expect(try await server.ask("POST", path, asked, token: owner.token).status == 403)
            // Nor is there a way around it: a model is that of a level, or refused.
            let chat = "/v1/chat/completions"
            for (model, status) in [("gpt-4o", 403), ("gpt-4o-mini", 200), ("openai/gpt-4o-mini", 200)] {
                let raw = asked.adding(["model": .text(model), "r_type": .null, "level": .null])
                #expect(try await server.ask("POST", chat, raw, token: owner.token).status == status)
            }
            // Which model that is the workspace says.
            let data = DataDirectory(path: server.folder)
            let workspace = try #require(data.workspaces().first)
            try Library(Replica(path: data.replicaPath(workspace)))
                .setPreference("level.low", "tiny", isShared: true)
            let low = asked.adding(["r_type": "react", "level": "low"])
            try await server.json("POST", path, low, token: owner.token)
            let tiny = try TemplateValue(json: #require(stub.requests.last).body)
            #expect(tiny["model"].string == "tiny")
            let custom: TemplateValue = ["r_type": "custom", "prompt": "You are a specialized AI assistant."]
            _ = try await server.json("PUT", "/v1/admin/system-prompts", custom, token: owner.token)
            let prompts = try await server.json("GET", "/v1/admin/system-prompts", token: owner.token)
            #expect(prompts.items.map { $0["r_type"].string } == ["bcot", "bpe", "custom", "hcot", "react", "tot"])
            #expect(try await server.json("GET", "/v1/admin/health", token: owner.token)["status"].string == "ok")
            _ = try await server.json("DELETE", "/v1/admin/cache", token: owner.token)
        }
    }

    @Test("PromptEnchanter: a batch, each task with its answer or its own error, in order, and paid one by one")
    func batch() async throws {
        try await withStub { server, owner, stub in
            let tasks: [TemplateValue] = [
                ["prompt": "Explain machine learning basics", "r_type": "bpe", "temperature": .number("0.7")],
                ["prompt": "x", "model": "refusing"], ["prompt": "Create a component", "max_tokens": .number("1000")],
            ]
            let body: TemplateValue = ["batch": .list(tasks), "level": "medium", "parallel": .boolean(true)]
            let answer = try await server.json("POST", "/v1/batch/process", body, token: owner.token)
            #expect(answer["total_tasks"].int == 3 && answer["successful_tasks"].int == 2, "\(answer)")
            #expect(answer["failed_tasks"].int == 1 && answer["total_tokens_used"].int == 200)
            guard case .list(let results) = answer["results"] else { throw Complaint("no results") }
            #expect(results.map { $0["task_index"].int } == [0, 1, 2])
            #expect(results.map { $0["success"] } == [.boolean(true), .boolean(false), .boolean(true)])
            #expect(
                results[0]["response"].string.hasPrefix("The quick") && results[1]["error"].string.contains("wrong"))
            #expect(stub.requests.contains { $0.text.contains("You are a careful expert") })
            let wrong: TemplateValue = ["batch": .list([["prompt": "a"], ["prompt": "b", "top_p": .number("7")]])]
            let refused = try await server.ask("POST", "/api/v1/batches", wrong, token: owner.token)
            #expect(refused.status == 400 && refused.text.contains("batch[1].top_p"), "\(refused.text)")
            let none: TemplateValue = ["batch": .list([])]
            #expect(try await server.ask("POST", "/api/v1/batches", none, token: owner.token).status == 400)
            try server.store.setCompletionRights(styles: ["react"], levels: ["low"], of: owner.account.id)
            let denied = try await server.json("POST", "/api/v1/batches", body, token: owner.token)
            #expect(denied["failed_tasks"].int == 3, "\(denied)")
            #expect(denied["results"][0]["error"].string.contains("may not use"))
        }
    }

    @Test(
        "Messages are logged, sealed, for administrators; that they look is written down; and who opts out is forgotten"
    )
    func messageLog() async throws {
        try await withStub { server, owner, _ in
            let words = "marked-\(UUID().uuidString)"
            let chat: TemplateValue = ["model": "stub", "messages": [["role": "user", "content": .text(words)]]]
            try await server.json("POST", "/v1/chat/completions", chat, token: owner.token)
            let stream = try await server.ask(
                "POST", "/v1/chat/completions", chat.adding(["stream": .boolean(true)]), token: owner.token)
            #expect(stream.status == 200)
            let log = "/api/v1/admin/message-log"
            let once = try server.store.createOwner(email: "root@example.org")
            let root = try server.store.signIn(
                SignInRequest(email: "root@example.org", password: once, newPassword: "a longer one by far"),
                from: RunningServer.here
            ).accessToken
            // What became of a stream is noted some moments after its end.
            for _ in 0..<1_000 where try await server.json("GET", log, token: root)["queued"].int != 2 {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await server.json("POST", log + "/flush", token: root)["flushed"].int == 2)
            let path = "\(log)/\(owner.email)"
            let found = try await server.json("GET", path, token: root).items
            #expect(found.count == 2 && found.allSatisfy { $0["prompt"].string.contains(words) }, "\(found)")
            #expect(found.allSatisfy { $0["response"].string.hasPrefix("The quick brown fox") }, "\(found)")
            #expect(found.map { $0["outcome"].string } == ["ok", "ok"])
            let audit = try await server.json("GET", "/api/v1/admin/audit?action=messages-read", token: root)
            #expect(audit.items.count == 1)
            for file in try FileManager.default.contentsOfDirectory(atPath: server.folder) {
                let bytes = FileManager.default.contents(atPath: "\(server.folder)/\(file)") ?? Data()
                #expect(!file.hasPrefix("messages") || bytes.range(of: Data(words.utf8)) == nil, "\(file)")
            }
            let out = try await server.json(
                "PUT", "/api/v1/users/me/message-log", ["opted_out": .boolean(true)], token: owner.token)
            #expect(out["opted_out"] == .boolean(true) && out["is_on"] == .boolean(true))
            try await server.json("POST", "/v1/chat/completions", chat, token: owner.token)
            try await server.json("POST", log + "/flush", token: root)
            #expect(try await server.json("GET", path, token: root).items.isEmpty)
            // Test runs are no way around it.
            try await server.json(
                "PUT", "/api/v1/users/me/message-log", ["opted_out": .boolean(false)], token: owner.token)
            let prompt = try await server.json(
                "POST", "/api/v1/prompts", ["name": "mail", "body": "Sum up."], token: owner.token, status: 201)
            try await server.json(
                "POST", "/api/v1/prompts/\(prompt["id"].string)/test", ["model": "stub"], token: owner.token,
                status: 201)
            #expect(try await server.json("POST", log + "/flush", token: root)["flushed"].int == 1)
        }
    }

    @Test("A workspace's terms hold for the gateway, and credits are an administrator's")
    func terms() async throws {
        try await withStub { server, owner, _ in
            let terms: TemplateValue = [
                "allowed_models": .list(["stub"]), "cost_limit": .number("12.5"), "token_limit": .number("1000000"),
            ]
            let workspace = try await server.json("PATCH", "/api/v1/workspaces/me", terms, token: owner.token)
            #expect(workspace["cost_limit"] == .number("12.5") && workspace["allowed_models"] == .list(["stub"]))
            let chat: TemplateValue = ["model": "slow", "messages": [["role": "user", "content": "x"]]]
            #expect(try await server.ask("POST", "/v1/chat/completions", chat, token: owner.token).status == 404)
            // What it may come to counts before it is known; and what nobody knows the price of can't be limited.
            let stub: TemplateValue = ["model": "stub", "messages": [["role": "user", "content": "x"]]]
            let unpriced = try await server.ask("POST", "/v1/chat/completions", stub, token: owner.token)
            #expect(unpriced.status == 429 && unpriced.text.contains("what “stub” costs"), "\(unpriced)")
            let provider = try await server.json(
                "POST", "/api/v1/models/providers", ["name": "openai", "provider_type": "openai"], token: owner.token,
                status: 201)
            let prices: TemplateValue = [
                "provider_id": provider["id"], "model_id": "stub", "input_cost_per_million": .number("1"),
                "output_cost_per_million": .number("1"),
            ]
            try await server.json("POST", "/api/v1/models", prices, token: owner.token, status: 201)
            try await server.json(
                "PATCH", "/api/v1/workspaces/me", ["cost_limit": .number("0.000001")], token: owner.token)
            let dear = try await server.ask("POST", "/v1/chat/completions", stub, token: owner.token)
            #expect(dear.status == 429, "\(dear)")
            let path = "/api/v1/admin/credits/\(owner.email)"
            #expect(try await server.ask("PATCH", path, ["grant": .number("5")], token: owner.token).status == 403)
            #expect(
                try await server.json("GET", "/api/v1/users/me/credits", token: owner.token)["plan"].string == "none")
        }
    }
}
