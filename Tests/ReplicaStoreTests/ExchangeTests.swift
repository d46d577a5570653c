import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

@Suite("How much a sync asks")
struct ExchangeTests {
    let scratch: Scratch
    let a: Node
    let b: Node
    let server: Node

    init() throws {
        scratch = try Scratch()
        let workspace = RowID.uuid7(at: 1)
        a = try Node("a", workspace: workspace, in: scratch)
        b = try Node("b", workspace: workspace, in: scratch)
        server = try Node("server", workspace: workspace, in: scratch)
        for index in 0..<20 { _ = try a.library.create(NewPrompt(name: "p\(index)", body: "text \(index)")) }
        for node in [a, b, a] { try sync(node, with: server) }
    }

    /// - Parameter before: called before each exchange, with its number from 1 on.
    private func counted(
        _ node: Node, _ before: (Int) throws -> Void = { _ in }
    ) throws -> (exchanges: Int, summary: SyncSummary) {
        var exchanges = 0
        var failure: (any Error)?
        let summary = try sync(node, with: server) {
            exchanges += 1
            do { try before(exchanges) } catch { failure = error }
            return .none
        }
        if let failure { throw failure }
        return (exchanges, summary)
    }

    /// Whether a node knows of each row as what the server published it, and up to where.
    private func expectKnown(_ node: Node) throws {
        let head = try server.replica.serverIdentity().head
        let digest = try node.replica.publishedDigest()
        let position = try #require(try node.replica.remoteState()).position
        #expect(try digest == server.replica.published(PublishedRange(after: head)).digest)
        #expect(position == head)
        #expect(try node.digest == server.digest)
    }

    @Test("with nothing to do it is one exchange, and an edit of somebody else's comes with it")
    func nothing() throws {
        #expect(try counted(a).exchanges == 1)
        try b.library.rename("p3", to: "three")
        try sync(b, with: server)
        let (exchanges, summary) = try counted(a)
        #expect(exchanges == 1 && summary.received > 0)
        try expectKnown(a)
    }

    @Test("an edit is pushed by the second exchange, and does not come back")
    func edit() throws {
        try a.library.rename("p3", to: "three")
        let (exchanges, summary) = try counted(a)
        #expect(exchanges == 2 && summary.sent > 0 && summary.received == 0)
        try expectKnown(a)
        #expect(try counted(a).exchanges == 1)
        #expect(try counted(b).summary.received == summary.sent)
        try expectKnown(b)
    }

    @Test("what somebody else published before comes with the push's reply")
    func both() throws {
        try b.library.rename("p4", to: "four")
        try sync(b, with: server)
        try a.library.rename("p3", to: "three")
        let (exchanges, summary) = try counted(a)
        #expect(exchanges == 2 && summary.received > 0)
        try expectKnown(a)
    }

    @Test("what somebody else publishes between the handshake and the push comes too")
    func between() throws {
        try a.library.rename("p3", to: "three")
        try b.library.rename("p3", to: "trois")
        let (exchanges, _) = try counted(a) { if $0 == 2 { try sync(b, with: server) } }
        #expect(exchanges == 2)
        try expectKnown(a)
        try sync(b, with: server)
        try expectKnown(b)
        #expect(try a.library.digest() == b.library.digest())
    }

    @Test("what is edited while it is pushed is pushed again, and nothing has to be repaired")
    func meanwhile() throws {
        try a.library.rename("p3", to: "three")
        let (_, summary) = try counted(a) { if $0 == 2 { try a.library.rename("three", to: "trois") } }
        #expect(summary.repaired == 0)
        #expect(try a.replica.publishedDigest() == server.replica.published(PublishedRange(after: 0)).digest)
        let again = try counted(a).summary
        #expect(again.sent > 0 && again.repaired == 0)
        try expectKnown(a)
        #expect(try server.library.show("trois").body == "text 3")
    }

    @Test("a push whose reply is lost is known by the next one", arguments: [Fault.replyLost, .requestLost])
    func lost(_ fault: Fault) throws {
        try a.library.rename("p3", to: "three")
        var exchanges = 0
        #expect(throws: ConnectionLost.self) {
            try sync(a, with: server) {
                exchanges += 1
                return exchanges == 2 ? fault : .none
            }
        }
        #expect(try counted(a).summary.repaired == 0)
        try expectKnown(a)
    }
}
