import Foundation
import ProviderStub
import Testing

@Suite("Providers, models, styles, jobs and tests")
struct RunningCommandTests {
    @Test("A provider's key comes from standard input, is sealed, shown nowhere, and sent where it belongs")
    func providers() async throws {
        let stage = try await RunStage()
        let (node, key) = (stage.node, "sk-not-for-anybodys-eyes-1234")
        try node.run("providers", "add", "mine", "--kind", "custom", "--url", stage.stub.base, "--default")
        try node.run("providers", "key", "mine", input: key + "\n")
        let listed = try #require(try node.items("providers", "list").first)
        #expect(listed["name"].string == "mine" && listed["key"].string == "…1234")
        #expect(listed["is_default"].bool == true)
        let found = try node.script(#"grep -rlF sk-not-for "$DATA" || true"#)
        #expect(found.isEmpty, "\(found)")
        #expect(try node.run("providers", "test", "mine").output.contains("models"))
        #expect(stage.stub.requests.last?.header("authorization") == "Bearer \(key)")

        // Where it would be sent elsewhere, it is not sent.
        try node.run("providers", "set", "mine", "--url", "http://localhost:\(stage.stub.port)/v1")
        let count = stage.stub.count
        #expect(try node.attempt("providers", "test", "mine").status == 1 && stage.stub.count == count)
        try node.run("providers", "key", "mine", "--remove")
        #expect(try node.run("providers", "test", "mine").status == 0)
        #expect(stage.stub.requests.last?.header("authorization") == nil)
        try node.run("providers", "remove", "mine")
        #expect(try node.items("providers").isEmpty)
        #expect(try node.attempt("providers", "test", "mine").status == 3)
    }

    @Test("Models have prices by the day, in dollars a million tokens")
    func models() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init")
        try node.run("providers", "add", "mine", "--url", "https://api.example.org/v1")
        try node.run("models", "set", "mine", "m", "--input-price", "2.5", "--from", "2026-01-01", "--can", "tools")
        try node.run("models", "set", "mine", "m", "--input-price", "2", "--from", "2026-02-01")
        try node.run("models", "set", "mine", "m", "--input-price", "0.075", "--from", "2026-01-01")
        let model = try #require(try node.items("models", "list").first)
        let prices = try #require(model["prices"].array)
        #expect(prices.strings("from") == ["2026-01-01", "2026-02-01"])
        #expect(prices.map { $0["standard"]["input"].int } == [75, 2000])
        #expect(model["capabilities"].array == [.string("tools")])
        #expect(try node.attempt("models", "set", "mine", "m", "--input-price", "1.2345").status == 1)
        #expect(try node.attempt("models", "set", "mine", "m", "--input-price", "x").status == 1)
        try node.run("models", "remove", "mine", "m")
        #expect(try node.items("models").isEmpty)
    }

    @Test("Styles are edited, with their history, and go back to what came with Offbook")
    func styles() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init")
        let builtIn = try node.run("styles", "show", "bpe").output
        #expect(!builtIn.isEmpty)
        #expect(try node.items("styles").count == 5)
        try node.run("styles", "set", "terse", "--body", "One sentence.", "--description", "Short")
        try node.run("styles", "set", "terse", "-m", "shorter", input: "One word.")
        #expect(try node.run("styles", "show", "terse").output == "One word.")
        #expect(try node.items("styles", "history", "terse").strings("message") == ["shorter", ""])
        try node.run("styles", "rollback", "terse", "v1")
        #expect(try node.run("styles", "show", "terse").output == "One sentence.")
        try node.run("styles", "set", "bpe", "--body", "Do well.")
        try node.run("styles", "remove", "bpe")
        #expect(try node.run("styles", "show", "bpe").output == builtIn)
        #expect(try node.attempt("styles", "show", "terze").error.contains("terse"))
    }

    @Test("What the workspace says of completions is said, and taken back")
    func terms() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init")
        try node.run(
            "terms", "set", "--cost-limit", "12.5", "--token-limit", "1000", "--allow", "a", "--allow", "b",
            "--default-model", "a", "--default-temperature", "0.5", "--share-answers")
        #expect(
            try node.json("terms")
                == .object([
                    "allowed_models": .array([.string("a"), .string("b")]), "cost_limit_nanodollars": .number(12.5e9),
                    "default_model": .string("a"), "default_temperature": .number(0.5), "shares_answers": .bool(true),
                    "token_limit": .number(1000),
                ]))
        let shown = try node.run("terms", "set", "--cost-limit", "none", "--allow", "none").output
        #expect(shown.contains("token limit          1000 a month") && shown.contains("cost limit           none"))
        for wrong in [["--cost-limit", "much"], ["--cost-limit", "-1"], ["--allow", "c"], []] {
            let outcome = try node.attempt(["terms", "set"] + wrong)
            #expect(outcome.status != 0 && !outcome.error.isEmpty, "\(wrong)")
        }
        #expect(try node.json("terms")["default_model"] == .string("a"))
    }

    @Test("A queued job is listed, cancelled and wanted again")
    func jobs() async throws {
        let stage = try await RunStage()
        let (node, id) = (
            stage.node,
            try stage.run(
                "complete", "greeting", "--var", "name=Ada", "--model", "stub", "--route", "queue"
            ).line
        )
        let short = String(id.suffix(8))
        #expect(try node.items("jobs").strings("id") == [id] && stage.stub.count == 0)
        #expect(try node.attempt("jobs", "show", short).status == 5)
        #expect(try node.attempt("jobs", "show", short, "--wait", "--timeout", "1").status == 5)
        try node.run("jobs", "cancel", short)
        #expect(try node.items("jobs", "list", "--state", "cancelled").count == 1)
        #expect(try node.attempt("jobs", "cancel", short).status == 4)
        try node.run("jobs", "retry", short, "--here")
        #expect(try node.items("jobs").first?["state"].string == "queued")
        #expect(try node.attempt("jobs", "show", "ffffffff").status == 3)
    }

    @Test("A test run is kept, with what it took and what people say, failures too")
    func tests() async throws {
        let stage = try await RunStage()
        let run = try stage.run(
            "test", "greeting", "--input", "name=Ada", "--model", "stub", "--rating", "4", "--feedback", "stiff",
            "--json"
        ).json
        #expect(run["output"].string?.hasPrefix("The quick") == true && run["rating"].int == 4)
        #expect(run["tokens_used"].int == 100 && run["input"]["name"].string == "Ada")
        let id = try #require(run["id"].string)
        try stage.node.run("test", "rate", id, "--rating", "5")
        #expect(try stage.node.json("test", "show", id)["rating"].int == 5)
        let failed = try stage.attempt("test", "greeting", "--input", "name=Ada", "--model", "refusing")
        #expect(failed.status == 1)
        let runs = try stage.node.items("test", "list", "greeting")
        #expect(runs.count == 2 && runs.first?["error"].string?.contains("it is wrong") == true)
        #expect(try stage.events() == ["test ok local", "test error local"])
        try await stage.stub.stop()
        // A test that can't be run now is not run later.
        let offline = try stage.attempt("test", "greeting", "--input", "name=Ada", "--model", "stub")
        #expect(offline.status == 5, "\(offline)")
        #expect(try stage.node.items("jobs").isEmpty)
    }

    @Test("Through the team server: it answers, and writes the use down")
    func server() async throws {
        let (stage, server) = try await withServer()
        let node = stage.node
        let answer = try node.run(
            ["complete", "greeting", "--var", "name=Ada", "--model", "stub", "--route", "server", "--json"],
            environment: ["OPENAI_API_KEY": ""]
        ).json
        #expect(answer["route"].string == "server" && answer["text"].string?.hasPrefix("The quick") == true)
        #expect(try node.count("usage_events") == 0)
        try eventually("the server's account of it comes") {
            try node.sync()
            return try stage.events() == ["completion ok server"]
        }
        #expect(try node.items("usage", "--by", "prompt").strings("name") == ["greeting"])
        // A test counts once, and as a test.
        try node.run(
            ["test", "greeting", "--input", "name=Ada", "--model", "stub", "--route", "server"],
            environment: ["OPENAI_API_KEY": ""])
        try eventually("the server's account of the test comes") {
            try node.sync()
            return try stage.events() == ["completion ok server", "test ok server"]
        }
        #expect(try node.items("test", "list", "greeting").count == 1)
        // While it is down, what is for it waits for it.
        try node.run("providers", "remove", "mine")
        server.kill()
        let queued = try node.attempt(
            ["complete", "-", "--model", "stub", "--input", "hello"], environment: ["OPENAI_API_KEY": ""])
        #expect(queued.status == 5, "\(queued)")
        #expect(try node.items("jobs").strings("runner") == ["server"])
    }

    /// With a provider that the server asks.
    private func withServer() async throws -> (RunStage, Server) {
        let stage = try await RunStage()
        let server = try Server(
            in: stage.scratch,
            options: [
                "--no-verification", "--password-cost", "14", "--owner", "ada@example.org", "--private-providers",
            ], isFresh: true)
        let node = stage.node
        try node.run("providers", "add", "mine", "--kind", "custom", "--url", stage.stub.base)
        try node.login(server, "ada@example.org", passwords: try server.ownersPassword(), "password-of-ada")
        try node.run("connect", server.url)
        try node.sync()
        return (stage, server)
    }

    @Test("What the server was answered is an answer on other nodes too, with no server and no provider there")
    func sharedAnswers() async throws {
        let (stage, server) = try await withServer()
        let (node, laptop) = (stage.node, Node("laptop", in: stage.scratch))
        try laptop.login(server, "ada@example.org", passwords: "password-of-ada")
        try laptop.run("connect", server.url)
        let question = ["complete", "greeting", "--model", "stub", "--temperature", "0", "--var"]
        let offline = ["OPENAI_API_KEY": "", "ANTHROPIC_API_KEY": ""]
        func ask(_ node: Node, _ name: String, _ route: String) throws -> Outcome {
            try node.attempt(question + ["name=\(name)", "--route", route], environment: offline)
        }

        #expect(try ask(node, "Ada", "server").status == 0)
        _ = try node.sql("UPDATE workspaces SET shares_answers = 1")
        try node.sync()
        let answered = try ask(node, "Bob", "server")
        #expect(answered.status == 0)
        try eventually("the answer comes") {
            try laptop.sync()
            return try laptop.count("shared_answers") == 1
        }
        // What a policy does not let through is on nobody's node. Answers are shared one after another.
        let noFox = ["--kind", "custom", "--forbidden", "fox", "--applies-to", "output", "--action", "block"]
        try node.run(["policies", "add", "no fox"] + noFox)
        try node.sync()
        #expect(try ask(node, "Cid", "server").status != 0)
        try node.run("policies", "remove", "no fox")
        try node.sync()
        #expect(try ask(node, "Dora", "server").status == 0)
        try eventually("the next answer comes") {
            try laptop.sync()
            return try laptop.count("shared_answers") > 1
        }
        #expect(try laptop.count("shared_answers") == 2)
        server.kill()
        try await stage.stub.stop()
        let again = try ask(laptop, "Bob", "auto")
        #expect(again.status == 0 && again.output == answered.output && again.error.contains("cache"), "\(again)")
        // Before the workspace shared answers, none was shared.
        #expect(try ask(laptop, "Ada", "cache").status != 0)
    }
}
