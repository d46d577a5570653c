import Changesets
import Foundation
import PromptLibrary
import PromptTemplates
import ReplicaStore
import SyncEngine
import Testing

@testable import TeamServer

@Suite("Workspaces of a daemon")
struct LocalWorkspaceTests {
    private static let path = "/api/v1/prompts/by-name?name=p"

    private func add(_ body: String, to library: Library) throws {
        _ = try library.add(NewPrompt(name: "p", content: PromptContent(body: body)))
    }

    private func ask(_ stage: LocalStage, _ workspace: String? = nil) async throws -> Answered {
        try await stage.socket.ask(
            "GET", Self.path, headers: workspace.map { ["Offbook-Workspace": $0] } ?? [:])
    }

    @Test("Without any it is said what to do, and it works once there is one")
    func empty() async throws {
        try await withLocalServer(workspaces: []) { stage in
            for _ in 0..<2 {
                let answer = try await ask(stage)
                #expect(answer.status == 404 && answer.json["detail"].string.contains("offbook init"))
            }
            try add("made", to: stage.library(named: "First"))
            #expect(try await ask(stage).json["body"].string == "made")
        }
    }

    @Test("Of several, one has to be named; they come and go without a restart")
    func several() async throws {
        try await withLocalServer(workspaces: []) { stage in
            let first = try stage.library(named: "Stage team")
            try add("first", to: first)
            // So that it is kept for whoever names none.
            for _ in 0..<2 { #expect(try await ask(stage).json["body"].string == "first") }
            let second = try stage.library(named: "Own")
            try add("second", to: second)
            let ids = stage.data.workspaces()
            for _ in 0..<2 {
                let answer = try await ask(stage)
                #expect(answer.status == 400 && answer.json["field"].string == "workspace")
                #expect(answer.json["candidates"] == .list(ids.map { .text($0.hex) }))
                #expect(answer.json["detail"].string.contains("Stage team"))
            }
            for name in ["Stage team", "stage-team", try first.replica.clientIdentity().workspace.hex] {
                #expect(try await ask(stage, name).json["body"].string == "first", "\(name)")
            }
            let byQuery = try await stage.json("GET", Self.path + "&workspace=own", token: stage.token)
            #expect(byQuery["body"].string == "second")
            let unknown = try await ask(stage, "nowhere")
            #expect(unknown.status == 404 && unknown.json["candidates"] == .list(ids.map { .text($0.hex) }))
            stage.data.remove(try first.replica.clientIdentity().workspace)
            #expect(try await ask(stage).json["body"].string == "second")
            #expect(try await ask(stage, "stage-team").status == 404)
        }
    }

    @Test("A file that was put in another's place is the one that is read")
    func replaced() async throws {
        try await withLocalServer { stage in
            let library = try Workspaces(stage.data, nodeName: "", userName: "").open()
            try add("old", to: library)
            let file = library.replica.path
            let backup = stage.data.path + "/backup"
            _ = try await output("sqlite3", file, "VACUUM INTO '\(backup)'")
            _ = try library.save(
                PromptContent(body: "new"), from: library.editBase("p"), message: "")
            for _ in 0..<2 { #expect(try await ask(stage).json["body"].string == "new") }
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
            _ = try await output("mv", backup, file)
            #expect(try await ask(stage).json["body"].string == "old")
        }
    }

    @Test("One that can't be opened is said, and the others work")
    func damaged() async throws {
        try await withLocalServer(workspaces: ["Good", "Bad"]) { stage in
            let workspaces = Workspaces(stage.data, nodeName: "", userName: "")
            let bad = try workspaces.open("Bad").replica.path
            let id = try workspaces.open("Bad").replica.clientIdentity().workspace.hex
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bad + suffix) }
            try Data("no database at all".utf8).write(to: URL(filePath: bad))
            let answer = try await ask(stage, id)
            #expect(answer.status == 503 && answer.json["detail"].string.contains("damaged"), "\(answer)")
            #expect(try await ask(stage, "good").status == 404)
            #expect(try await stage.socket.ask("GET", "/api/v1/prompts?workspace=good").status == 200)
        }
    }
}
