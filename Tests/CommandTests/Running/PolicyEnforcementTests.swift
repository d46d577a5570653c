import Foundation
import ProviderStub
import Testing

/// Policies where somebody runs prompts on their own machine, without any network.
@Suite("policies, enforced")
struct PolicyEnforcementTests {
    private static let key = "sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z"

    private func add(_ stage: RunStage, _ arguments: String...) throws {
        _ = try stage.node.run(["policies", "add"] + arguments)
    }

    private func violations(_ stage: RunStage) throws -> [JSON] { try stage.node.items("policies", "violations") }

    private func complete(_ stage: RunStage, _ text: String, _ more: String...) throws -> Outcome {
        try stage.node.attempt(
            ["complete", "-", "--model", "stub"] + more, environment: stage.environment, input: text)
    }

    @Test("What must not go to a model asks nobody, waits for nobody, and is written down once, masked")
    func input() async throws {
        let stage = try await RunStage()
        try add(stage, "No keys", "--kind", "pii", "--find", "secret", "--action", "block", "--severity", "critical")
        let refused = try complete(stage, "my key is \(Self.key)")
        #expect(refused.status != 0 && refused.output.isEmpty, "\(refused)")
        #expect(refused.error.contains("“No keys” does not let this go to a model: secret"))
        #expect(!refused.error.contains(Self.key) && stage.stub.count == 0)
        let found = try violations(stage)
        #expect(found.count == 1 && found.first?["side"].string == "input" && found.first?["kind"].string == "secret")
        #expect(found.first?["severity"].string == "critical" && found.first?["status"].string == "open")
        #expect(try !stage.node.sql("SELECT * FROM violations").contains(Self.key))
        // Nor does it wait for a server in a library that has one, or for a model server that is away.
        let later = try stage.attempt(
            "complete", "-", "--model", "stub", "--route", "queue", input: Self.key, knowsStub: false)
        #expect(later.status != 0 && later.error.contains("No keys"))
        #expect(try stage.node.items("jobs", "list").isEmpty)
        #expect(try complete(stage, "nothing of that").status == 0)
    }

    @Test(
        "A secret that comes in two pieces is not shown, neither of them; whole answers neither",
        arguments: [[], ["--no-stream"]])
    func output(_ how: [String]) async throws {
        let (head, tail) = (Self.key.prefix(9), Self.key.dropFirst(9))
        let stage = try await RunStage { request, _ in
            guard request.text.contains("\"stream\":true") else {
                return .json(StubAnswers.openAI("The key is \(Self.key), keep it."))
            }
            let words = ["The key is ", String(head), String(tail), ", keep it."]
            return .stream(StubAnswers.openAIChunks(words, usage: true).map { .bytes($0) })
        }
        try add(stage, "No keys", "--kind", "pii", "--find", "secret", "--action", "block")
        let outcome = try stage.node.attempt(
            ["complete", "-", "--model", "stub"] + how, environment: stage.environment, input: "which key?")
        #expect(outcome.status != 0 && !outcome.output.contains(head), "\(outcome)")
        #expect(outcome.error.contains("does not let this answer through") && !outcome.error.contains(tail))
        let found = try violations(stage)
        #expect(found.count == 1 && found.first?["side"].string == "output")
    }

    @Test("What warns is said and goes on; what logs is only written down; what is not enforced or not active, neither")
    func milder() async throws {
        let stage = try await RunStage()
        try add(stage, "mind", "--kind", "custom", "--forbidden", "fox", "--action", "warn")
        try add(stage, "note", "--kind", "custom", "--forbidden", "quick")
        try add(stage, "watch", "--kind", "custom", "--forbidden", "brown", "--action", "block", "--observe")
        try add(stage, "off", "--kind", "custom", "--forbidden", "the", "--action", "block", "--inactive")
        let outcome = try complete(stage, "hello")
        #expect(outcome.status == 0 && outcome.output.hasPrefix("The quick brown fox"), "\(outcome)")
        #expect(outcome.error.contains("the policy “mind” warns: forbidden") && !outcome.error.contains("note"))
        #expect(try Set(violations(stage).compactMap { $0["policy"].string }) == ["mind", "note", "watch"])
    }

    @Test("One of a project holds for its prompts, and for no others; so in batches and tests")
    func project() async throws {
        let stage = try await RunStage()
        try stage.node.run("new", "inside", "--body", "Write to {{to}}.", "--project", "Sales")
        try add(stage, "No mail", "--kind", "pii", "--find", "email", "--action", "block", "--project", "Sales")
        let variables = ["--var", "to=ada@example.org", "--var", "name=ada@example.org"]
        for (prompt, status) in [("inside", 1), ("greeting", 0)] {
            let outcome = try stage.node.attempt(
                ["complete", prompt, "--model", "stub"] + variables.suffix(prompt == "inside" ? 4 : 2).prefix(2),
                environment: stage.environment)
            #expect((outcome.status == 0) == (status == 0), "\(prompt): \(outcome)")
        }
        let test = try stage.attempt("test", "run", "inside", "--input", "to=ada@example.org", "--model", "stub")
        #expect(test.status != 0 && test.error.contains("No mail"))
        let tasks = """
            {"id": "a", "variables": {"to": "Ada"}}
            {"id": "b", "variables": {"to": "ada@example.org"}}

            """
        let file = stage.scratch.path + "/tasks.jsonl"
        try tasks.write(toFile: file, atomically: true, encoding: .utf8)
        let batch = try stage.attempt(
            "batch", file, "--prompt", "inside", "--model", "stub", "--route", "local", "--json")
        #expect(try batch.json["failed_tasks"].int == 1, "\(batch)")
        #expect(try stage.node.script("cat \(stage.scratch.path)/tasks.results.jsonl").contains("No mail"))
        #expect(try violations(stage).count == 3)
    }

    @Test("Cost is judged before, where it blocks, and after, where it does not; latency after")
    func measured() async throws {
        let stage = try await RunStage()
        try stage.node.run("providers", "add", "mine", "--kind", "custom", "--url", stage.stub.base)
        try stage.node.run("models", "set", "mine", "stub", "--input-price", "2.5", "--output-price", "10")
        try add(stage, "cheap", "--kind", "cost", "--threshold", "0.01", "--action", "block")
        try add(stage, "cheaper", "--kind", "cost", "--threshold", "0.0001", "--action", "warn")
        let dear = try complete(stage, "hello", "--model", "mine/stub", "--max-tokens", "4000")
        #expect(dear.status != 0 && dear.error.contains("may cost") && stage.stub.count == 0, "\(dear)")
        let fine = try complete(stage, "hello", "--model", "mine/stub", "--max-tokens", "100")
        #expect(fine.status == 0 && fine.error.contains("“cheaper” warns: cost of"), "\(fine)")
    }

    @Test("A policy that this Offbook can't read lets nothing pass where it may block")
    func unreadable() async throws {
        let stage = try await RunStage()
        try add(stage, "new", "--kind", "pii", "--action", "block")
        _ = try stage.node.sql("UPDATE policies SET kind = 'taste'")
        let refused = try complete(stage, "hello")
        #expect(refused.status != 0 && refused.error.contains("can't be read") && stage.stub.count == 0)
        _ = try stage.node.sql("UPDATE policies SET action = 'log'")
        #expect(try complete(stage, "hello").status == 0)
    }
}
