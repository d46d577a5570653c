import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// A server without a network between.
private struct DirectTransport: SyncTransport {
    let server: Replica

    func send(_ request: SyncRequest) async throws -> SyncReply { try ServerSync(server).handle(request) }
}

/// A network that brings a label's move twice, and the second answer.
private struct DoublingTransport: SyncTransport {
    let server: Replica

    func send(_ request: SyncRequest) async throws -> SyncReply {
        if case .label = request { _ = try ServerSync(server).handle(request) }
        return try ServerSync(server).handle(request)
    }
}

@Suite("Labels")
struct LabelTests {
    let scratch: Scratch
    let a: Node
    let b: Node
    let server: Node
    private var transport: DirectTransport { DirectTransport(server: server.replica) }

    init() throws {
        scratch = try Scratch()
        let workspace = RowID.uuid7(at: 1)
        a = try Node("a", workspace: workspace, in: scratch)
        b = try Node("b", workspace: workspace, in: scratch)
        server = try Node("server", workspace: workspace, in: scratch)
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        _ = try a.library.save("two", from: a.library.editBase("p"))
    }

    private func settle() throws {
        for _ in 0..<3 { for node in [a, b] { try sync(node, with: server) } }
    }

    @Test("an ordinary label moves anywhere, offline too, and merges like any row")
    func ordinary() async throws {
        _ = try await a.library.label("p", "staging", version: "v1", over: nil)
        try settle()
        #expect(try b.library.show("p", label: "staging").body == "one")
        _ = try await b.library.label("p", "staging", over: transport)
        try settle()
        #expect(try a.library.show("p", label: "staging").body == "two")
        _ = try await a.library.label("p", "staging", removing: true, over: nil)
        try settle()
        #expect(throws: LibraryError(.notFound, "")) { try b.library.show("p", label: "staging") }
    }

    @Test("a protected label comes with a new prompt, and then moves only through the server, by compare-and-set")
    func protected() async throws {
        _ = try await a.library.label("p", "production", version: "v1", over: nil)
        try settle()
        #expect(try b.library.show("p", label: "production").body == "one")
        // What b believes is outdated when it asks: it must look before it moves.
        _ = try await b.library.label("p", "production", version: "v2", over: transport)
        try settle()
        #expect(try a.library.show("p", label: "production").body == "two")
        let prompt = try #require(RowID(hex: try a.library.show("p").prompt.id))
        let stale = LabelMove(prompt: prompt, label: "production", expected: nil, version: nil)
        #expect(try server.replica.move(stale).isMoved == false)
    }

    @Test("a move that the network brings twice is no conflict")
    func movedTwice() async throws {
        try settle()
        let view = try await a.library.label("p", "production", over: DoublingTransport(server: server.replica))
        #expect(view.version == "v2")
        try settle()
        #expect(try b.library.show("p", label: "production").body == "two")
    }

    @Test(
        "no write in the shell gets round the protection",
        arguments: [
            "UPDATE labels SET label = 'x' WHERE label = 'production'", "DELETE FROM labels",
            "UPDATE labels SET prompt_id = randomblob(16)",
            "INSERT INTO labels (prompt_id, label, version_id) SELECT prompt_id, 'production', max(id) FROM versions",
            "UPDATE labels SET label = 'production' WHERE label = 'other'",
        ])
    func shell(statement: String) async throws {
        _ = try await a.library.label("p", "production", version: "v1", over: nil)
        _ = try await a.library.label("p", "other", version: "v2", over: nil)
        try settle()
        try b.sqlite(statement)
        try settle()
        for node in [a, b, server] {
            #expect(try node.library.show("p", label: "production").body == "one", "\(statement)")
            #expect(try node.digest == a.digest)
        }
    }

    @Test("moved offline past the rules, it is refused by the server, set aside, and goes back")
    func movedOffline() async throws {
        _ = try await a.library.label("p", "production", version: "v1", over: nil)
        try settle()
        _ = try await a.library.label("p", "production", version: "v2", over: nil)
        let summary = try sync(a, with: server)
        #expect(summary.denials.map(\.table) == ["labels"])
        try settle()
        #expect(try a.library.show("p", label: "production").body == "one")
        #expect(try a.library.status().orphans == 1)
        #expect(try a.digest == b.digest)
    }
}
