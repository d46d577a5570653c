import Foundation
import ProviderStub
import Testing

@Suite("complete")
struct CompleteTests {
    private static let words = "The quick brown fox"

    @Test("prints what the model says, as it comes or whole, and counts it", arguments: [[], ["--no-stream"]])
    func answers(_ how: [String]) async throws {
        let stage = try await RunStage()
        let outcome = try stage.node.run(
            ["complete", "greeting", "--var", "name=Ada", "--model", "stub", "--route", "local"] + how,
            environment: stage.environment)
        #expect(outcome.output.hasPrefix(Self.words) && outcome.error.isEmpty, "\(outcome)")
        #expect(stage.stub.requests.last?.text.contains("Greet Ada warmly.") == true)
        #expect(try stage.events() == ["completion ok local"])
        let usage = try stage.node.items("usage", "--by", "prompt")
        #expect(usage.first?["name"].string == "greeting" && usage.first?["count"].int == 1)
    }

    @Test("says in JSON what it took, and what is not known is null")
    func json() async throws {
        let stage = try await RunStage()
        let answer = try stage.run(
            "complete", "greeting", "--var", "name=Ada", "--model", "stub", "--json", "--route", "local"
        ).json
        #expect(answer["text"].string?.hasPrefix(Self.words) == true && answer["version"].string == "v1")
        #expect(answer["model"].string == "stub" && answer["provider"].string == "local")
        #expect(answer["route"].string == "local" && answer["cache"].string == "unused")
        #expect(answer["tokens"]["input"].int == 20 && answer["tokens"]["output"].int == 80)
        #expect(answer.object?.keys.contains("cost") == true && answer["cost"].isNull)
        #expect((answer["latency_ms"].int ?? -1) >= 0)
    }

    @Test("takes the price of a listed model from the library")
    func cost() async throws {
        let stage = try await RunStage()
        try stage.node.run("providers", "add", "mine", "--kind", "custom", "--url", stage.stub.base)
        try stage.node.run("models", "set", "mine", "stub", "--input-price", "2.5", "--output-price", "10")
        let answer = try stage.run("complete", "-", "--model", "mine/stub", "--json", input: "hello").json
        // 20 tokens at 2.5 and 80 at 10 dollars a million.
        #expect(answer["cost"] == .number(0.00085), "\(answer)")
    }

    @Test("has standard input said after a prompt, or alone")
    func input() async throws {
        let stage = try await RunStage()
        _ = try stage.run("complete", "greeting", "--var", "name=Ada", "--model", "stub", input: "in French")
        let both = try #require(stage.stub.requests.last?.text)
        #expect(both.contains("Greet Ada warmly.") && both.contains("in French"))
        _ = try stage.run(
            "complete", "-", "--model", "stub", "--system", "Be brief.", "--max-tokens", "7", input: "Why?")
        let alone = try #require(stage.stub.requests.last?.text)
        #expect(alone.contains("Why?") && alone.contains("Be brief.") && alone.contains("7"))
        #expect(!alone.contains("Greet"))
        _ = try stage.run("complete", "-", "--model", "stub", "--style", "react", "--input", "Why?")
        #expect(stage.stub.requests.last?.text.contains("\"role\":\"system\"") == true)
    }

    @Test("Without a network it answers from what is kept, else it queues")
    func offline() async throws {
        let stage = try await RunStage()
        let question = ["complete", "greeting", "--var", "name=Ada", "--model", "stub"]
        let cold = question + ["--temperature", "0"]
        let first = try stage.node.run(cold, environment: stage.environment)
        #expect(first.error.contains("route local (local)"), "\(first)")
        try await stage.stub.stop()
        let second = try stage.node.run(cold + ["--json"], environment: stage.environment)
        #expect(try second.json["route"].string == "cache" && second.json["cache"].string == "hit")
        #expect(try second.json["text"].string == first.output && second.json["cost"] == .number(0))
        let modes = try stage.node.script(#"stat -c %a "$DATA"/answers "$DATA"/answers/*"#)
        #expect(modes == "700\n600\n")

        let queued = try stage.node.attempt(question, environment: stage.environment)
        #expect(queued.status == 5 && queued.output.isEmpty, "\(queued)")
        #expect(queued.error.contains("route queue") && queued.error.contains("can't be reached"), "\(queued)")
        let jobs = try stage.node.items("jobs", "list", "--state", "queued")
        #expect(jobs.count == 1 && jobs.first?["prompt"].string == "greeting")
        #expect(jobs.first?["request"]["model"].string == "stub" && jobs.first?["request"]["stream"].isNull == true)
        #expect(try stage.events() == ["completion ok local", "completion ok cache"])
    }

    @Test("A refusal is told, and nobody else is asked")
    func refusal() async throws {
        let stage = try await RunStage()
        let outcome = try stage.attempt("complete", "-", "--model", "refusing", "--input", "hello")
        #expect(outcome.status == 1 && outcome.error.contains("it is wrong"), "\(outcome)")
        #expect(try stage.node.items("jobs").isEmpty)
        #expect(try stage.events() == ["completion error local"])
    }

    @Test("Where nobody is set up, it says so, and queues nothing")
    func nobody() async throws {
        let stage = try await RunStage()
        let outcome = try stage.attempt(
            "complete", "-", "--model", "gpt-4o", "--input", "hello", knowsStub: false)
        #expect(outcome.status == 3 && outcome.error.contains("OFFBOOK_LOCAL_MODELS"), "\(outcome)")
        #expect(outcome.error.contains("offbook connect") && outcome.error.contains("offbook providers add"))
        #expect(try stage.node.items("jobs").isEmpty && stage.stub.count == 0)
    }

    @Test("An answer that breaks off is a failure, and is counted as one")
    func cut() async throws {
        let stage = try await RunStage()
        let outcome = try stage.attempt("complete", "-", "--model", "cut", "--input", "hello")
        #expect(outcome.status != 0 && outcome.output.hasPrefix("The "), "\(outcome)")
        #expect(try stage.events() == ["completion error local"])
    }

    @Test("Ctrl-C ends it, tells the model server, and is counted")
    func interrupt() async throws {
        let stage = try await RunStage()
        let result = try stage.node.script(
            #"""
            python3 - <<'END'
            import os, signal, subprocess
            def own():
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_SETMASK, [])
            command = subprocess.Popen(["offbook", "complete", "-", "--model", "hang", "--input", "hello",
                "--route", "local"], stdout=subprocess.PIPE, preexec_fn=own)
            os.read(command.stdout.fileno(), 1)
            command.send_signal(signal.SIGINT)
            print(command.wait(60))
            END
            """#, environment: stage.environment)
        #expect(result == "-2\n")
        #expect(try stage.events() == ["completion cancelled local"])
        try eventually("the model server notices") { stage.stub.cancelled == 1 }
    }

    @Test(
        "Wrong words are refused before anything is done",
        arguments: [
            "complete greeting --var name", "complete greeting --temperature 3", "complete greeting --top-p -1",
            "complete greeting --max-tokens 0", "complete greeting --route nowhere", "complete greeting --level most",
            "complete greeting --level low --model x", "complete greeting --style bpe --system x",
            "complete - --var a=b", "complete greeting --version v1 --label x", "complete",
            "complete greeting --route cache --no-cache", "test greeting --route queue", "test greeting --rating 6",
            "providers add x", "jobs retry x --here --server", "jobs list --state lost",
            "models set a b --from 2026-01-01", "test rate x",
        ])
    func wrongWords(_ command: String) throws {
        let node = Node("node", in: try Scratch())
        let outcome = try node.attempt(command.split(separator: " ").map(String.init))
        #expect(outcome.status == 2, "\(command): \(outcome)")
        #expect(!FileManager.default.fileExists(atPath: node.data))
    }
}
