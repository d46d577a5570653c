import Changesets
import DirectoryStore
import Foundation
import HTTPTypes
import PromptLibrary
import PromptTemplates
import ReplicaStore
import Testing

@testable import TeamServer

@Suite("What the daemon answers")
struct LocalAnswerTests {
    private func shell(_ file: String, _ sql: String) async throws -> String {
        try await output("sqlite3", "-cmd", ".timeout 10000", file, sql)
    }

    @Test("A prompt by its name and label; a name that several have is told with them")
    func byName() async throws {
        try await withLocalServer { stage in
            let made = try await stage.socket.json(
                "POST", "/api/v1/prompts", ["name": "mail/greet", "body": "Dear {{name}}"], token: nil, status: 201)
            let one = "/api/v1/prompts/\(made["id"].string)"
            try await stage.socket.json("PUT", one + "/labels/staging", [:], token: nil)
            try await stage.socket.json("PUT", one, ["body": "Hello {{name}}"], token: nil)
            let path = "/api/v1/prompts/by-name?name=mail/greet"
            let head = try await stage.json("GET", path, token: stage.token)
            #expect(head["body"].string == "Hello {{name}}")
            let labelled = try await output(
                "curl", "-sSf", "--unix-socket", stage.address.socket, "http://localhost\(path)&label=staging")
            #expect(try TemplateValue(json: Array(labelled.utf8))["body"].string == "Dear {{name}}")
            let rendered = try await stage.json(
                "POST", one + "/render", ["label": "staging", "variables": ["name": "Ada"]], token: stage.token)
            #expect(rendered["text"].string == "Dear Ada")
            #expect(try await stage.socket.ask("GET", path + "&label=none").status == 404)
            #expect(try await stage.socket.ask("GET", path + "x").status == 404)
            try await stage.socket.json(
                "POST", "/api/v1/prompts", ["name": "a b+c=&%", "body": "x"], token: nil, status: 201)
            for spelled in ["a+b%2Bc%3D%26%25", "a%20b%2bc=%26%25"] {
                let found = try await stage.socket.ask("GET", "/api/v1/prompts/by-name?x&name=\(spelled)&y=")
                #expect(found.status == 200, "\(spelled)")
            }
            let twin = try await stage.socket.json(
                "POST", "/api/v1/prompts", ["name": "twin", "body": "x"], token: nil, status: 201)
            // As two people may, neither knowing of the other.
            let file = stage.data.replicaPath(try #require(stage.data.workspaces().first))
            _ = try await shell(file, "UPDATE prompts SET name = 'mail/greet' WHERE name = 'twin'")
            let several = try await stage.ask("GET", path, token: stage.token)
            #expect(several.status == 409)
            #expect(several.json["candidates"] == .list([made["id"], twin["id"]]))
        }
    }

    @Test("An edit shows at once, by whatever way it came, and until then nothing is sent again")
    func edits() async throws {
        try await withLocalServer { stage in
            let library = try Workspaces(stage.data, nodeName: "", userName: "").open()
            let file = library.replica.path
            let made = try await stage.socket.json(
                "POST", "/api/v1/prompts", ["name": "p", "body": "one"], token: nil, status: 201)
            let id = made["id"].string
            let path = "/api/v1/prompts/by-name?name=p"
            let edits: [(String, (LocalStage) async throws -> Void)] = [
                ("REST", { try await $0.socket.json("PATCH", "/api/v1/prompts/\(id)", ["body": "two"], token: nil) }),
                ("the shell", { _ in _ = try await shell(file, "UPDATE prompts SET description = 'by the shell'") }),
                (
                    "another replica",
                    { _ in _ = try library.save(PromptContent(body: "three"), from: library.editBase(id), message: "") }
                ),
            ]
            var tag = try #require(try await stage.ask("GET", path, token: stage.token).tag)
            for (way, edit) in edits {
                for _ in 0..<2 {
                    let same = try await stage.ask(
                        "GET", path, token: stage.token, headers: ["If-None-Match": tag])
                    #expect(same.status == 304 && same.body.isEmpty && same.tag == tag)
                }
                try await edit(stage)
                let changed = try await stage.ask("GET", path, token: stage.token, headers: ["If-None-Match": tag])
                #expect(changed.status == 200, "\(way)")
                tag = try #require(changed.tag)
            }
            let last = try await stage.json("GET", path, token: stage.token)
            #expect(last["body"].string == "three" && last["description"].string == "by the shell")
        }
    }

    @Test("What is written over REST is in the file for whoever opens it")
    func otherProcess() async throws {
        try await withLocalServer { stage in
            let made = try await stage.socket.json(
                "POST", "/api/v1/prompts", ["name": "seen", "body": "text", "tags": .list(["t"])], token: nil,
                status: 201)
            let file = stage.data.replicaPath(try #require(stage.data.workspaces().first))
            #expect(try await shell(file, "SELECT name FROM prompts") == "seen\n")
            let library = try Workspaces(stage.data, nodeName: "", userName: "").open()
            let state = try library.state("seen")
            #expect(state.prompt.id.hex == made["id"].string && state.tags == ["t"])
            #expect(state.head?.version.author == "ada" && state.head?.version.node == "laptop")
        }
    }

    @Test("A POST with a key may be sent again; it is done once")
    func idempotency() async throws {
        try await withLocalServer { stage in
            func post(_ name: TemplateValue, _ key: String, by asked: some Asking) async throws -> Answered {
                try await asked.ask(
                    "POST", "/api/v1/prompts", ["name": name, "body": "x"], token: stage.token,
                    headers: ["Idempotency-Key": key])
            }
            let first = try await post("once", "k", by: stage)
            let again = try await post("once", "k", by: stage.socket)
            #expect(first.status == 201 && again.status == 201 && first.body == again.body && first.tag == again.tag)
            #expect(try await stage.json("GET", "/api/v1/prompts", token: stage.token)["total"].int == 1)
            #expect(try await post("other", "k", by: stage).status == 422)
            #expect(try await post("", "failing", by: stage).status == 400)
            #expect(try await post("late", "failing", by: stage).status == 201)
            #expect(try await post("x", "", by: stage).status == 400)
        }
    }

    @Test("Keys are remembered while they are not too many, and what is being answered always")
    func remembered() throws {
        let remembered = RememberedRequests(countMax: 3, bytesMax: 100)
        func answer(_ bytes: Int) -> KeptAnswer {
            KeptAnswer(status: 200, headers: [:], body: Array(repeating: 0, count: bytes))
        }
        #expect(try remembered.begin("open", [1]) == .new)
        for key in ["a", "b", "c", "d"] {
            #expect(try remembered.begin(key, [1]) == .new)
            remembered.keep(answer(1), under: key)
        }
        #expect(try remembered.begin("open", [1]) == .unanswered)
        #expect(try remembered.begin("open", [2]) == .other)
        #expect(try remembered.begin("d", [1]) == .answered(answer(1)))
        #expect(try remembered.begin("a", [1]) == .new, "there are three newer ones")
        remembered.forget("d")
        #expect(try remembered.begin("d", [1]) == .answered(answer(1)), "what was done stays done")
        remembered.keep(answer(200), under: "a")
        #expect(try remembered.begin("d", [1]) == .new && remembered.begin("a", [1]) == .answered(answer(200)))
    }
}
