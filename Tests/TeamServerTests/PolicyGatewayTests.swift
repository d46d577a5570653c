import Foundation
import NIOHTTP1
import PromptTemplates
import ProviderStub
import Testing

@testable import TeamServer

/// Policies in the gateway, through its interfaces.
@Suite("Policies in the gateway")
struct PolicyGatewayTests {
    private static let key = "sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z"

    private func withGateway(
        _ policies: [TemplateValue], _ script: @escaping StubScript = StubModels.script,
        _ body: (RunningServer, Person, ProviderStub) async throws -> Void
    ) async throws {
        let stub = try await ProviderStub.start(script)
        try await withServer(stub.environment) { server in
            let (owner, _) = try await server.owner()
            for policy in policies {
                try await server.json("POST", "/api/v1/policies", policy, token: owner.token, status: 201)
            }
            try await body(server, owner, stub)
        }
        try await stub.stop()
    }

    private static func chat(_ text: String, stream: Bool = false) -> TemplateValue {
        [
            "model": "stub", "stream": .boolean(stream), "max_tokens": .number("50"),
            "messages": [["role": "user", "content": .text(text)]],
        ]
    }

    /// They are written some moments after the answer.
    private func violations(_ server: RunningServer, _ person: Person, count: Int) async throws -> [TemplateValue] {
        for _ in 0..<200 {
            let page = try await server.json("GET", "/api/v1/violations", token: person.token)
            if (page["total"].int ?? 0) >= count { return page.items }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Complaint("there are no \(count) violations")
    }

    private static let blocking: TemplateValue = [
        "name": "No keys", "policy_type": "pii", "rules": ["kinds": ["secret"]], "action": "block",
        "severity": "critical",
    ]

    @Test(
        "A request with a key in it goes to nobody, in the words of each format",
        arguments: ["chat/completions", "messages"])
    func input(path: String) async throws {
        try await withGateway([Self.blocking]) { server, owner, stub in
            let answer = try await server.ask("POST", "/v1/\(path)", Self.chat(Self.key), token: owner.token)
            let error: TemplateValue = answer.json["error"]
            #expect(answer.status == 400 && error["message"].string.contains("No keys"), "\(answer)")
            #expect(error["type"].string == "invalid_request_error" && !answer.text.contains(Self.key))
            #expect(path == "messages" || error["code"].string == "policy_violation")
            #expect(stub.count == 0)
            let found = try await violations(server, owner, count: 1)
            #expect(found[0]["violation_type"].string == "secret" && found[0]["status"].string == "open")
            #expect(!found[0]["detected_value"].string.contains(Self.key.dropFirst(4)))
        }
    }

    @Test(
        "A key that a model says in two pieces stays here, in whole answers and in streams", arguments: [false, true])
    func output(stream: Bool) async throws {
        let (head, tail) = (String(Self.key.prefix(9)), String(Self.key.dropFirst(9)))
        let script: StubScript = { request, _ in
            guard request.text.contains("\"stream\":true") else {
                return .json(StubAnswers.openAI("It is \(Self.key)."))
            }
            return .stream(StubAnswers.openAIChunks(["It is ", head, tail, "."]).map { .bytes($0) })
        }
        try await withGateway([Self.blocking], script) { server, owner, stub in
            let answer = try await server.ask(
                "POST", "/v1/chat/completions", Self.chat("Which?", stream: stream), token: owner.token)
            #expect(answer.status == (stream ? 200 : 400) && answer.text.contains("policy_violation"), "\(answer)")
            #expect(!answer.text.contains(head) && !answer.text.contains(tail))
            #expect(answer.text.contains("It is ") == stream && stub.count == 1)
            #expect(try await violations(server, owner, count: 1)[0]["message"].string.contains("in the answer"))
        }
    }

    @Test(
        "An answer of hundreds of texts is judged, each to its end: the last is not let through", arguments: [300, 301])
    func many(choices: Int) async throws {
        let script: StubScript = { _, _ in
            let texts = (0..<choices).map { number in
                let text = number == 300 ? Self.key : "fine"
                return
                    #"{"index":\#(number),"message":{"role":"assistant","content":"\#(text)"},"finish_reason":"stop"}"#
            }
            return .json(#"{"id":"1","model":"stub","choices":[\#(texts.joined(separator: ","))]}"#)
        }
        try await withGateway([Self.blocking], script) { server, owner, _ in
            let answer = try await server.ask("POST", "/v1/chat/completions", Self.chat("All?"), token: owner.token)
            #expect(
                answer.status == (choices == 300 ? 200 : 400) && !answer.text.contains(Self.key), "\(answer.status)")
        }
    }

    @Test("What warns is told in a header, and goes on; each account sees its own")
    func warning() async throws {
        let policy: TemplateValue = [
            "name": "Füchse", "policy_type": "custom", "rules": ["forbidden": ["fox"]], "action": "warn",
        ]
        try await withGateway([policy]) { server, owner, _ in
            let answer = try await server.ask("POST", "/v1/chat/completions", Self.chat("a Fox?"), token: owner.token)
            #expect(answer.status == 200)
            let told = answer.headers.first(name: "x-offbook-warning") ?? ""
            #expect(told.contains("F%c3%bcchse") && told.contains("in the request"), "\(answer)")
            #expect(try await violations(server, owner, count: 2).count == 2)
        }
    }

    @Test("Batches, tests and PromptEnchanter's way are judged too; one of a project by the prompt that is named")
    func faces() async throws {
        try await withGateway([]) { server, owner, stub in
            let project: TemplateValue = try await server.json(
                "POST", "/api/v1/projects", ["name": "Sales"], token: owner.token, status: 201)["id"]
            var policy = Self.blocking
            guard case .object(var fields) = policy else { return }
            fields["project_id"] = project
            policy = .object(fields)
            try await server.json("POST", "/api/v1/policies", policy, token: owner.token, status: 201)
            let inside = try await server.json(
                "POST", "/api/v1/prompts", ["name": "in", "body": "Say {{x}}", "project_id": project],
                token: owner.token, status: 201)["id"].string
            let outside = try await server.json(
                "POST", "/api/v1/prompts", ["name": "out", "body": "Say {{x}}"], token: owner.token, status: 201)[
                    "id"
                ].string
            for (prompt, status) in [("in", 400), ("out", 200)] {
                let body: TemplateValue = [
                    "model": "stub", "prompt": ["name": .text(prompt), "variables": ["x": .text(Self.key)]],
                    "messages": [],
                ]
                let answer = try await server.ask("POST", "/v1/chat/completions", body, token: owner.token)
                #expect(answer.status == status, "\(prompt): \(answer)")
            }
            let asked = stub.count
            let run = try await server.json(
                "POST", "/api/prompts/\(inside)/test", ["input": ["x": .text(Self.key)], "model": "stub"],
                token: owner.token, status: 201)
            #expect(run["error"].string.contains("No keys") && stub.count == asked, "\(run)")
            _ = try await server.json(
                "POST", "/api/prompts/\(outside)/test", ["input": ["x": .text(Self.key)], "model": "stub"],
                token: owner.token, status: 201)
            #expect(try await violations(server, owner, count: 2).count == 2)
        }
    }
}
