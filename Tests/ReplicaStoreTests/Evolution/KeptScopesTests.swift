import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// Rows of a newer schema go where the prompt goes that they name, at replicas that do not know their table too.
@Suite("Scopes: rows of a newer schema")
struct KeptScopesTests {
    let scratch: Scratch
    let workspace = RowID.uuid7(at: 1)
    let time = TestClock()

    init() throws { scratch = try Scratch() }

    private func node(_ name: String, _ schema: ReplicaSchema = .shipped) throws -> Node {
        try Node(name, workspace: workspace, in: scratch, clock: time, schema: schema)
    }

    private func actor(_ node: Node, isMember: Bool = true, shares: [RowID: Share] = [:]) throws -> Actor {
        let user = try node.replica.read { try $0.currentUser() }
        return Actor(
            account: "somebody", view: ReadView(isMember: isMember, users: [user], hiddenProjects: []),
            role: isMember ? .member : nil, groups: shares)
    }

    private func keptRows(_ node: Node) throws -> Int { try node.rows(of: "row_clocks WHERE tbl < 0") }

    @Test("a guest keeps those of a prompt that is still shared, and loses those of one that is not")
    func guest() throws {
        let (a, server, guest) = (try node("a", .later), try node("server"), try node("guest"))
        for name in ["one", "two"] {
            _ = try a.library.create(NewPrompt(name: name, body: name))
            try a.note("on \(name)", .uuid7(at: name == "one" ? 10 : 11), on: name)
            _ = try a.library.createGroup("with \(name)", isPrivate: true)
            try a.library.place(name, in: "with \(name)", .last)
        }
        _ = try sync(a, with: server)
        let groups = try a.library.groups().items.sorted { $0.name < $1.name }
        let ids = try groups.map { try #require(RowID(hex: $0.id)) }
        let both = Dictionary(uniqueKeysWithValues: ids.map { ($0, Share.read) })
        _ = try sync(guest, with: server, as: actor(guest, isMember: false, shares: both))
        #expect(try keptRows(guest) == 2)
        let summary = try sync(guest, with: server, as: actor(guest, isMember: false, shares: [ids[0]: .read]))
        #expect(summary.repaired == 0)
        #expect(try keptRows(guest) == 1)
        #expect(try guest.library.list().items.map(\.name) == ["one"])
        #expect(try guest.replica.examine(deep: true).isEmpty)
    }

    @Test("those that left before the server was upgraded are named after it")
    func upgraded() throws {
        let (a, b) = (try node("a", .later), try node("b", .later))
        var server = try node("server")
        _ = try a.library.create(NewPrompt(name: "one", body: "one"))
        try a.note("a secret note", .uuid7(at: 10), on: "one")
        _ = try sync(a, with: server)
        _ = try sync(b, with: server, as: actor(b))
        #expect(try b.notes() == ["a secret note"])
        var change = PromptChange()
        change.isPrivate = true
        _ = try a.library.change("one", change)
        _ = try sync(a, with: server)
        server = try Node(upgrading: server, to: .later)
        _ = try sync(b, with: server, as: actor(b))
        #expect(try b.notes().isEmpty)
        #expect(try b.library.list().items.isEmpty)
        #expect(try server.replica.examine(deep: true).isEmpty)
    }
}
