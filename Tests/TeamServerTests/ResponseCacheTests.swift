import AccessControl
import Changesets
import DirectoryStore
import Foundation
import HTTPTypes
import PromptTemplates
import ReplicaStore
import Testing

@testable import TeamServer

/// What is answered from memory is what the route would answer.
@Suite("Answers that are kept")
struct ResponseCacheTests {
    private func shell(_ path: String, _ sql: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sqlite3", path, sql]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test("an edit shows at once, by whatever way it came")
    func edits() async throws {
        try await withServer { server in
            let (owner, workspace) = try await server.owner()
            let key = try server.key(of: owner).text
            let made = try await server.json(
                "POST", "/api/v1/prompts", ["name": "p", "body": "one"], token: key, status: 201)
            let paths = ["/api/v1/prompts/\(made["id"].string)", "/api/v1/prompts/by-name?name=p", "/api/v1/prompts"]
            func bodies() async throws -> [String] {
                var bodies: [String] = []
                for path in paths {
                    let first = try await server.ask("GET", path, token: key)
                    let second = try await server.ask("GET", path, token: key)
                    #expect(first.status == 200 && first.body == second.body && first.tag == second.tag, "\(path)")
                    bodies.append((first.json.items.first ?? first.json)["body"].string)
                }
                return bodies
            }
            #expect(try await bodies() == ["one", "one", "one"])
            try await server.json("PATCH", paths[0], ["body": "two"], token: owner.token)
            #expect(try await bodies() == ["two", "two", "two"])
            // Another process, which says nothing to anybody.
            let file = DataDirectory(path: server.folder).replicaPath(try #require(RowID(hex: workspace)))
            try shell(file, "UPDATE prompts SET description = 'by the shell'")
            let shown = try await server.json("GET", paths[0], token: key)
            #expect(shown["description"].string == "by the shell")
            let tag = try #require(try await server.ask("GET", paths[0], token: key).tag)
            let known = try await server.ask("GET", paths[0], token: key, headers: ["If-None-Match": tag])
            #expect(known.status == 304 && known.body.isEmpty && known.tag == tag)
        }
    }

    @Test("who loses their access, or never had it, gets nothing of what others were answered")
    func access() async throws {
        try await withServer { server in
            let (owner, workspace) = try await server.owner()
            let member = try server.member(.member, of: workspace, invitedBy: owner)
            let (id, key) = try server.key(of: member)
            let open = try await server.json(
                "POST", "/api/v1/prompts", ["name": "open", "body": "x"], token: owner.token, status: 201)
            let secret = try await server.json(
                "POST", "/api/v1/prompts", ["name": "secret", "body": "x", "visibility": "private"],
                token: owner.token, status: 201)
            let path = "/api/v1/prompts/\(open["id"].string)"
            for _ in 0..<2 {
                let own = try await server.ask("GET", "/api/v1/prompts/\(secret["id"].string)", token: owner.token)
                #expect(own.status == 200)
                let foreign = try await server.ask("GET", "/api/v1/prompts/\(secret["id"].string)", token: key)
                #expect(foreign.status == 404)
                for token in [key, member.token] {
                    #expect(try await server.ask("GET", path, token: token).status == 200)
                }
                #expect(try await server.ask("GET", path).status == 401)
            }
            // An empty name is one that no workspace has, whoever asked without a name before.
            let nameless = try await server.ask("GET", path, token: key, headers: ["Offbook-Workspace": ""])
            #expect(nameless.status == 404)
            try server.revoke(id, of: member)
            #expect(try await server.ask("GET", path, token: key).status == 401)
            #expect(try await server.ask("GET", path, token: member.token).status == 200)
            try await server.json(
                "DELETE", "/api/v1/workspaces/\(workspace)/members/\(member.account.id.hex)", token: owner.token)
            #expect(try await server.ask("GET", path, token: member.token).status == 404)
        }
    }

    @Test("it is given while nothing changes and the credential lasts, and memory is bounded")
    func bounds() async throws {
        try await withServer { server in
            let (owner, workspace) = try await server.owner()
            let id = try #require(RowID(hex: workspace))
            let data = DataDirectory(path: server.folder)
            let replicas = WorkspaceReplicas(data, server.store)
            let cache = ResponseCache(server.source(replicas), bytesMax: 40_000)
            let answer = Answer(status: .ok, headers: [:], body: Array(repeating: 0, count: 1000))
            func keep(_ target: String, until: Int64 = .max) throws -> ResponseCache.Question {
                let question = ResponseCache.Question(credential: owner.token, target: target)
                var draft = try cache.draft(question)
                (draft.workspace, draft.replica) = (id, try replicas.mark(of: id))
                draft.until = min(draft.until, until)
                cache.keep(answer, draft)
                return question
            }
            let question = try keep("/a")
            #expect(try cache.answer(question)?.body == answer.body)
            var other = question
            other.credential += "x"
            #expect(try cache.answer(other) == nil)
            #expect(try cache.answer(keep("/over", until: systemMilliseconds())) == nil)
            let many = try (0..<200).map { try keep("/\($0)") }
            let held = try many.count { try cache.answer($0) != nil }
            #expect(held > 5 && held * 1000 < 40_000)
            #expect(try cache.answer(many[199]) != nil)
            _ = try await server.json(
                "POST", "/api/v1/prompts", ["name": "p", "body": "one"], token: owner.token, status: 201)
            #expect(try cache.answer(many[199]) == nil)
            let again = try keep("/again")
            _ = try server.person("stranger")
            #expect(try cache.answer(again) == nil, "the directory has changed")
            try replicas.close()
        }
    }
}

extension RunningServer {
    /// What a server of its own would answer from, over the same directory.
    fileprivate func source(_ replicas: WorkspaceReplicas) -> TeamSource {
        let memory = DirectoryMemory(store)
        let operations = Operations(
            directory: store, data: DataDirectory(path: folder), mail: nil, metrics: Metrics(),
            access: OperatorAccess(token: nil), version: "")
        return TeamSource(
            directory: store, memory: memory, replicas: replicas,
            authenticator: Authenticator(memory: memory, trustsProxy: false, limiter: nil), operations: operations)
    }
}
