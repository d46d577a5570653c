import Foundation
import PromptTemplates
import ReplicaStore
import Testing

@testable import TeamServer

@Suite("The README's clients of the daemon")
struct ReadmeClientTests {
    /// The only block of a language in the README.
    private func client(_ language: String) throws -> String {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "README.md")
        let blocks = try String(contentsOf: readme, encoding: .utf8).split(separator: "\n```\(language)\n").dropFirst()
        let text = try #require(blocks.first).split(separator: "\n```\n", maxSplits: 1).first
        #expect(blocks.count == 1)
        return String(try #require(text)) + "\n"
    }

    @Test(
        "Each fetches a prompt by its name and label, renders it, and sees what has changed",
        arguments: ["python", "bash"])
    func client(language: String) async throws {
        let text = try client(language)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 41, "40 lines, and the end")
        try await withLocalServer { stage in
            let path = stage.data.path + "/client"
            try Data(text.utf8).write(to: URL(filePath: path))
            func run(_ label: String) async throws -> String {
                try await output(
                    language == "python" ? "python3" : language, path, "mail/“greet” & co", label,
                    "name=Ada \"=\" \\ é",
                    "more=",
                    environment: ["OFFBOOK_DATA": stage.data.path, "XDG_CACHE_HOME": stage.data.path + "/kept"])
            }
            let made = try await stage.socket.json(
                "POST", "/api/v1/prompts", ["name": "mail/“greet” & co", "body": "Dear {{name}}{{more}}"], token: nil,
                status: 201)
            let one = "/api/v1/prompts/\(made["id"].string)"
            try await stage.socket.json("PUT", one + "/labels/staging", [:], token: nil)
            try await stage.socket.json("PUT", one, ["body": "Hello {{name}},\nand {{more}}"], token: nil)
            for _ in 0..<2 { #expect(try await run("staging") == "Dear Ada \"=\" \\ é\n") }
            await #expect(throws: Complaint.self) { try await run("none") }
            try await stage.socket.json("PUT", one + "/labels/staging", ["version": "v2"], token: nil)
            #expect(try await run("staging") == "Hello Ada \"=\" \\ é,\nand \n")
        }
    }

    @Test("What has not changed is not sent again")
    func kept() async throws {
        let program = try client("python")
        try await withLocalServer { stage in
            try Data(program.utf8).write(to: URL(filePath: stage.data.path + "/client.py"))
            let made = try await stage.socket.json(
                "POST", "/api/v1/prompts", ["name": "p", "body": "one"], token: nil, status: 201)
            try await stage.socket.json(
                "PUT", "/api/v1/prompts/\(made["id"].string)/labels/staging", [:], token: nil)
            let driver = """
                import client
                daemon = client.Daemon()
                first = daemon.prompt("p", "staging")
                print(first["body"], daemon.prompt("p", "staging") is first)
                """
            let said = try await output(
                "python3", "-c", driver,
                environment: [
                    "OFFBOOK_DATA": stage.data.path, "PYTHONPATH": stage.data.path, "PYTHONDONTWRITEBYTECODE": "1",
                ])
            #expect(said == "one True\n")
            let script = try client("bash")
            #expect(script.contains("--etag-compare") && script.contains("--etag-save"))
        }
    }
}
