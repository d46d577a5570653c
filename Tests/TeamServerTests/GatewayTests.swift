import AccessControl
import AsyncHTTPClient
import Changesets
import DirectoryStore
import Foundation
import NIOCore
import NIOHTTP1
import PromptLibrary
import PromptTemplates
import ProviderStub
import ReplicaStore
import Testing

@testable import TeamServer

@Suite("The gateway")
struct GatewayTests {
    private static let hello: TemplateValue = [["role": "user", "content": "Say hello."]]

    private func withGateway(
        _ body: (RunningServer, Person, ProviderStub) async throws -> Void
    ) async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        try await withServer(stub.environment) { server in
            let (owner, _) = try await server.owner()
            try await body(server, owner, stub)
        }
        try await stub.stop()
    }

    @Test("A chat is completed in either format, with the key of whoever asks and not the provider's")
    func formats() async throws {
        try await withGateway { server, owner, stub in
            let chat = try await server.json(
                "POST", "/v1/chat/completions", ["model": "stub", "messages": Self.hello], token: owner.token)
            #expect(chat["choices"][0]["message"]["content"].string.hasPrefix("The quick"))
            let body: TemplateValue = ["model": "claude-x", "max_tokens": 9, "messages": Self.hello]
            let message = try await server.ask("POST", "/v1/messages", body, headers: ["X-API-Key": owner.token])
            #expect(message.status == 200 && message.json["type"].string == "message", "\(message)")
            #expect(
                stub.requests.map { $0.header("authorization") ?? $0.header("x-api-key") } == [
                    "Bearer sk-openai", "sk-anthropic",
                ])
        }
    }

    @Test("A stream comes as events, to the end")
    func streams() async throws {
        try await withGateway { server, owner, _ in
            let body: TemplateValue = ["model": "stub", "stream": true, "messages": Self.hello]
            let answer = try await server.ask("POST", "/v1/chat/completions", body, token: owner.token)
            #expect(answer.headers.first(name: "Content-Type") == "text/event-stream")
            #expect(answer.text.hasPrefix("data: ") && answer.text.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test("A prompt of the library is named in place of messages, and its use is counted for its version")
    func prompts() async throws {
        try await withGateway { server, owner, stub in
            let made = try await server.json(
                "POST", "/api/v1/prompts", ["name": "greeting", "body": "Say hello to {{name}}."],
                token: owner.token, status: 201)
            let prompt: TemplateValue = ["name": "greeting", "variables": ["name": "Ada"]]
            try await server.json(
                "POST", "/v1/chat/completions", ["model": "stub", "prompt": prompt], token: owner.token)
            #expect(stub.requests.last?.text.contains("Say hello to Ada.") == true)
            #expect(stub.requests.last?.text.contains("\"prompt\"") == false)
            let used = try await server.eventually("/api/v1/users/me/usage?by=model", owner) { !$0.items.isEmpty }
            #expect(used.items[0]["name"].string == "stub" && used.items[0]["count"].int == 1)
            let versions = try await server.json(
                "GET", "/api/v1/prompts/\(made["id"].string)/versions", token: owner.token)
            #expect(versions.items[0]["usage_count"].int == 1)
            let missing = try await server.ask(
                "POST", "/v1/chat/completions", ["model": "stub", "prompt": ["name": "greeting"]], token: owner.token)
            #expect(missing.status == 400 && missing.json["error"]["message"].string.contains("name"), "\(missing)")
        }
    }

    @Test("A node's request counts for the version it was made of, where its user may read that, and as a test")
    func versions() async throws {
        try await withGateway { server, owner, _ in
            let made = try await server.json(
                "POST", "/api/v1/prompts", ["name": "greeting", "body": "Hello", "visibility": "private"],
                token: owner.token, status: 201)
            let path = "/api/v1/prompts/\(made["id"].string)/versions"
            let version = try await server.json("GET", path, token: owner.token).items[0]["id"].string
            let headers = ["offbook-prompt-version": version, "offbook-use": "test"]
            let workspace = try await server.json("GET", "/api/v1/workspaces", token: owner.token).items[0]["id"].string
            let member = try server.member(.member, of: workspace, invitedBy: owner)
            let body: TemplateValue = ["model": "stub", "messages": Self.hello]
            for person in [owner, member] {
                try await server.json(
                    "POST", "/v1/chat/completions", body, token: person.token, headers: headers)
            }
            // Who manages the workspace sees all use of it.
            for (person, count) in [(owner, 2), (member, 1)] {
                let used = try await server.eventually("/api/v1/users/me/usage?by=kind", person) {
                    $0.items.first?["count"].int == count
                }
                #expect(used.items.map(\.["name"].string) == ["test"])
            }
            let versions = try await server.json("GET", path, token: owner.token)
            #expect(versions.items[0]["usage_count"].int == 1)
        }
    }

    @Test("No answer is longer than the workspace says")
    func longest() async throws {
        try await withGateway { server, owner, stub in
            let id = try await server.json("GET", "/api/v1/workspaces", token: owner.token).items[0]["id"].string
            try await server.json(
                "PATCH", "/api/v1/workspaces/\(id)", ["max_tokens": .number("50")], token: owner.token)
            for (asked, sent) in [(nil, 50), ("70", 50), ("7", 7)] {
                var body: [String: TemplateValue] = ["model": "stub", "messages": Self.hello]
                body["max_tokens"] = asked.map { .number($0) }
                try await server.json("POST", "/v1/chat/completions", .object(body), token: owner.token)
                let last = try TemplateValue(json: try #require(stub.requests.last).body)
                #expect(last["max_tokens"].int == sent)
            }
            try await server.json(
                "POST", "/v1/chat/completions", ["model": "gpt-5", "messages": Self.hello], token: owner.token)
            let last = try TemplateValue(json: try #require(stub.requests.last).body)
            #expect(last["max_completion_tokens"].int == 50 && last["max_tokens"].int == nil)
        }
    }

    @Test("A client that goes ends the provider's stream too, also while that says nothing")
    func leaving() async throws {
        try await withGateway { server, owner, stub in
            let body: TemplateValue = ["model": "hang", "stream": true, "messages": Self.hello]
            try await server.firstBytes(of: "/v1/chat/completions", body, owner)
            // Sooner than nothing may be said for so long that it ends by itself.
            _ = try await server.eventually {
                stub.cancelled
            } until: {
                $0 == 1
            }
        }
    }

    @Test(
        "Errors are as the clients of the format expect them",
        arguments: [
            ("refusing", 400, "invalid_request_error"), ("unauthorised", 502, "server_error"),
            ("malformed", 502, "server_error"),
        ])
    func errors(model: String, status: Int, type: String) async throws {
        try await withGateway { server, owner, _ in
            let body: TemplateValue = ["model": .text(model), "messages": Self.hello]
            let answer = try await server.ask("POST", "/v1/chat/completions", body, token: owner.token)
            #expect(answer.status == status && !answer.text.contains("sk-openai"), "\(answer)")
            if model != "refusing" { #expect(answer.json["error"]["type"].string == type, "\(answer)") }
        }
    }

    @Test("Who has no token is told so in the format's own words")
    func strangers() async throws {
        try await withGateway { server, _, _ in
            let chat = try await server.ask("POST", "/v1/chat/completions", ["model": "stub", "messages": Self.hello])
            #expect(chat.status == 401 && chat.json["error"]["code"].string == "invalid_api_key", "\(chat)")
            let message = try await server.ask("POST", "/v1/messages", ["model": "stub", "messages": Self.hello])
            #expect(message.status == 401 && message.json["error"]["type"].string == "authentication_error")
        }
    }

    @Test("An answer at temperature 0 is kept, and costs nothing the second time")
    func cache() async throws {
        try await withGateway { server, owner, stub in
            let account = try server.account(of: owner)
            try server.store.setPlan(.fixed, of: account)
            try server.store.grantCredits(1, to: account)
            let body: TemplateValue = ["model": "stub", "temperature": .number("0"), "messages": Self.hello]
            for wanted in ["MISS", "HIT"] {
                let answer = try await server.ask("POST", "/v1/chat/completions", body, token: owner.token)
                #expect(answer.status == 200 && answer.headers.first(name: "X-Cache") == wanted, "\(answer)")
            }
            #expect(stub.count == 1)
            let other: TemplateValue = ["model": "stub", "messages": Self.hello]
            let refused = try await server.ask("POST", "/v1/chat/completions", other, token: owner.token)
            #expect(refused.status == 429 && refused.json["error"]["code"].string == "CREDITS_EXHAUSTED", "\(refused)")
        }
    }

    @Test("Of 200 requests at once against 50 credits exactly 50 succeed, and the ledger adds up")
    func credits() async throws {
        try await withGateway { server, owner, stub in
            let account = try server.account(of: owner)
            try server.store.setPlan(.fixed, of: account)
            try server.store.grantCredits(50, to: account)
            let body: TemplateValue = ["model": "stub", "messages": Self.hello]
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await server.ask("POST", "/v1/chat/completions", body, token: owner.token).status
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 50, 429: 150])
            #expect(stub.count == 50)
            let status = try server.store.ledger.status(of: account)
            #expect(status.balance == 0 && status.reserved == 0)
            let entries = try server.store.ledger.entries(of: account, limit: 1000)
            #expect(entries.filter { $0.kind == .settle }.count == 50)
            #expect(entries.first?.balance == 0)
        }
    }

    @Test("An answer that breaks off half-way is given back")
    func refunds() async throws {
        try await withGateway { server, owner, _ in
            let account = try server.account(of: owner)
            try server.store.setPlan(.fixed, of: account)
            try server.store.grantCredits(1, to: account)
            let body: TemplateValue = ["model": "cut", "stream": true, "messages": Self.hello]
            let answer = try await server.ask("POST", "/v1/chat/completions", body, token: owner.token)
            #expect(answer.status == 200 && answer.text.contains("\"error\""), "\(answer)")
            let status = try await server.eventually {
                try server.store.ledger.status(of: account)
            } until: {
                $0.reserved == 0
            }
            #expect(status.balance == 1)
        }
    }
}

extension RunningServer {
    /// Goes when the first bytes have come.
    func firstBytes(of path: String, _ body: TemplateValue, _ person: Person) async throws {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(person.token)")
        request.body = .bytes(ByteBuffer(bytes: Array(try body.json().utf8)))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        var pieces = response.body.makeAsyncIterator()
        _ = try await pieces.next()
    }

    func account(of person: Person) throws -> RowID { try store.account(named: person.email).id }

    /// What comes some moments later.
    func eventually<T>(_ look: () async throws -> T, until isThere: (T) -> Bool) async throws -> T {
        for _ in 0..<600 {
            let found = try await look()
            if isThere(found) { return found }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Complaint("it did not come in 30 s")
    }

    func eventually(
        _ path: String, _ person: Person, until isThere: (TemplateValue) -> Bool
    ) async throws -> TemplateValue {
        try await eventually({ try await json("GET", path, token: person.token) }, until: isThere)
    }
}
