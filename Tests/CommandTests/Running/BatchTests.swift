import Foundation
import ProviderStub
import Testing

@Suite("batch")
struct BatchTests {
    /// Says again which task it was asked; of every twentieth it fails.
    private static let script: StubScript = { request, _ in
        guard let match = request.text.firstMatch(of: /task (\d+)!/), let number = Int(match.1) else {
            return .json("{}", status: 400)
        }
        guard number % 20 != 7 else { return .json("{\"error\": {\"message\": \"it failed\"}}", status: 500) }
        return .json(StubAnswers.openAI("answer \(number).", prompt: 3, completion: 2))
    }

    private static func tasks(_ count: Int) -> String {
        (0..<count).map { "{\"id\": \"t\($0)\", \"prompt\": \"task \($0)!\"}\n" }.joined()
    }

    private func results(_ node: Node, _ file: String) throws -> [JSON] {
        try node.script("cat \(file)").split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    @Test("A thousand tasks, killed half-way and gone on with: each has one result, in order, and the totals are right")
    func killed() async throws {
        let stage = try await RunStage(Self.script)
        let file = stage.scratch.path + "/tasks.jsonl"
        try Self.tasks(1_000).write(toFile: file, atomically: true, encoding: .utf8)
        let killed = try stage.node.script(
            """
            python3 - <<'END'
            import os, subprocess, time
            part = "\(file)"[:-6] + ".results.jsonl.part"
            command = subprocess.Popen(["offbook", "batch", "\(file)", "--model", "stub", "--route", "local"])
            while command.poll() is None and not (os.path.exists(part) and open(part).read().count("\\n") > 400):
                time.sleep(0.01)
            command.kill()
            print(command.wait())
            END
            """, environment: stage.environment)
        #expect(killed == "-9\n")
        let again = try stage.attempt("batch", file, "--model", "stub", "--route", "local", "--json")
        #expect(
            again.status == 1 && again.error.contains("going on: ") && again.error.contains("of 1000 tasks are done"))
        let totals = try again.json
        #expect(totals["total_tasks"].int == 1_000 && totals["failed_tasks"].int == 50)
        #expect(totals["successful_tasks"].int == 950 && totals["total_tokens_used"].int == 950 * 5)
        let results = try results(stage.node, stage.scratch.path + "/tasks.results.jsonl")
        #expect(results.map { $0["task_index"].int } == (0..<1_000).map { $0 })
        for (index, result) in results.enumerated() {
            #expect(result["id"].string == "t\(index)" && result["success"].bool == (index % 20 != 7))
            #expect(index % 20 == 7 || result["response"].string == "answer \(index).")
            #expect(index % 20 != 7 || result["error"].string?.contains("it failed") == true)
        }
        // Beyond one each: those under way when it was killed, and the tries of those that failed.
        let good = stage.stub.requests.filter { !$0.text.contains(/task \d*[02468]?7!/) }.count
        #expect(stage.stub.count >= 1_000 && good <= 950 + 10, "\(stage.stub.count), \(good)")
        #expect(!FileManager.default.fileExists(atPath: file.dropLast(6) + ".results.jsonl.part"))
    }

    @Test("Of a prompt of the library, with the variables of each task, and what failed is tried again when asked")
    func prompt() async throws {
        let fails = Flag()
        let stage = try await RunStage { request, _ in
            fails.isUp && request.text.contains("Bo")
                ? .json("{\"error\": {\"message\": \"not now\"}}", status: 400)
                : .json(StubAnswers.openAI(request.text.contains("Greet Ada warmly.") ? "Hi Ada" : "Hi Bo"))
        }
        fails.isUp = true
        let tasks = "{\"variables\": {\"name\": \"Ada\"}}\n\n{\"variables\": {\"name\": \"Bo\"}}\n"
        let file = stage.scratch.path + "/in.jsonl"
        try tasks.write(toFile: file, atomically: true, encoding: .utf8)
        let arguments = ["batch", file, "--prompt", "greeting", "--model", "stub"]
        let first = try stage.node.attempt(arguments, environment: stage.environment)
        #expect(first.status == 1 && first.error.contains("2 tasks: 1 answered, 1 failed"), "\(first)")
        let refused = try stage.node.attempt(arguments, environment: stage.environment)
        #expect(refused.status == 4 && refused.error.contains("--force"), "\(refused)")
        fails.isUp = false
        let second = try stage.node.run(arguments + ["--retry-failed"], environment: stage.environment)
        #expect(second.error.contains("going on: 1 of 2 tasks") && second.error.contains("2 answered, 0 failed"))
        let results = try results(stage.node, stage.scratch.path + "/in.results.jsonl")
        #expect(results.map { $0["response"].string } == ["Hi Ada", "Hi Bo"] && stage.stub.count == 3)
        #expect(try stage.events().filter { $0 == "completion ok local" }.count == 2)
    }

    @Test("What was answered before is that of the same task only, wherever it stands; and tasks are not written over")
    func changed() async throws {
        let stage = try await RunStage(Self.script)
        let file = stage.scratch.path + "/tasks.jsonl"
        let write = { (numbers: [Int]) in
            try numbers.map { "{\"prompt\": \"task \($0)!\"}\n" }.joined()
                .write(toFile: file, atomically: true, encoding: .utf8)
        }
        try write([1, 7, 3, 4])
        #expect(try stage.attempt("batch", file, "--model", "stub").status == 1)
        try write([1, 3, 4, 5])
        let again = try stage.run("batch", file, "--model", "stub", "--retry-failed")
        #expect(again.error.contains("going on: 1 of 4 tasks are done"), "\(again)")
        let results = try results(stage.node, stage.scratch.path + "/tasks.results.jsonl")
        #expect(results.map { $0["response"].string } == [1, 3, 4, 5].map { "answer \($0)." })
        let other = try stage.run("batch", file, "--model", "stub", "--retry-failed", "--system", "Be brief.")
        #expect(!other.error.contains("going on"), "\(other)")
        for output in [file, stage.scratch.path + "/./tasks.jsonl"] {
            let refused = try stage.attempt("batch", file, "--model", "stub", "--output", output, "--force")
            #expect(refused.status == 2 && refused.error.contains("holds the tasks"), "\(refused)")
        }
    }

    @Test("Where nobody is reached nothing has failed, and it goes on later; other tasks are not taken for the same")
    func offline() async throws {
        let stage = try await RunStage(Self.script)
        let file = stage.scratch.path + "/tasks.jsonl"
        try Self.tasks(5).write(toFile: file, atomically: true, encoding: .utf8)
        let base = stage.stub.base
        try await stage.stub.stop()
        let offline = try stage.attempt("batch", file, "--model", "stub")
        #expect(offline.status == 5 && offline.error.contains("0 of 5 tasks are done; run it again"), "\(offline)")
        try Self.tasks(6).write(toFile: file, atomically: true, encoding: .utf8)
        let other = try stage.attempt("batch", file, "--model", "stub")
        #expect(other.status == 1 && other.error.contains("another batch"), "\(other) \(base)")
        let anew = try stage.attempt("batch", file, "--model", "stub", "--force", "--keep-going")
        #expect(anew.status == 1 && anew.error.contains("6 tasks: 0 answered, 6 failed"), "\(anew)")
    }

    @Test(
        "Wrong tasks are refused with their line before anything is asked",
        arguments: [
            ("{\"prompt\": \"a\"}\n{\"promt\": \"b\"}", "line 2: promt: there is no such field"),
            ("{\"prompt\": \"a\", \"temperature\": 3}", "line 1: temperature: it has to be a number from 0.0 to 2.0"),
            ("\n[1]", "line 2: it is no object"), ("{\"prompt\": \"a\"", "line 1: "), ("", "there is no task"),
            ("{}", "line 1: prompt: it is missing"), ("{\"prompt\": 1}", "line 1: prompt: it has to be a text"),
            ("{\"prompt\": \"a\", \"variables\": {}}", "line 1: variables: it is for a prompt of the library"),
            ("{\"prompt\": \"a\", \"level\": \"most\"}", "line 1: level: it is one of"),
            ("{\"prompt\": \"a\", \"stop\": [1]}", "line 1: stop: it has to be texts"),
        ])
    func wrong(_ tasks: String, _ complaint: String) async throws {
        let stage = try await RunStage(Self.script)
        let file = stage.scratch.path + "/tasks.jsonl"
        try tasks.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try stage.attempt("batch", file, "--model", "stub")
        #expect(outcome.status == 1 && outcome.error.contains(complaint), "\(outcome)")
        #expect(stage.stub.count == 0)
    }
}
