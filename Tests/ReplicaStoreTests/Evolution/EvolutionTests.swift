import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// Nodes of an older and of a newer schema in one workspace: nothing is lost on the way through the older.
@Suite("Schemas of different age")
struct EvolutionTests {
    let scratch: Scratch
    let workspace = RowID.uuid7(at: 1)
    let time = TestClock()

    init() throws { scratch = try Scratch() }

    private func node(_ name: String, _ schema: ReplicaSchema) throws -> Node {
        try Node(name, workspace: workspace, in: scratch, clock: time, schema: schema)
    }

    private func settle(_ nodes: [Node], with server: Node) throws {
        for _ in 0..<3 { for node in nodes { try sync(node, with: server) } }
    }

    private func exchangeFiles(_ nodes: [Node]) throws {
        for _ in 0..<2 {
            for from in nodes {
                for to in nodes where to.path != from.path { _ = try to.replica.join(from.exported()) }
            }
        }
    }

    /// A rated prompt with a version, a use, notes and readings, of which one note is deleted.
    private func fill(_ node: Node) throws {
        _ = try node.library.create(NewPrompt(name: "p", body: "text"))
        try node.rate("p", 5)
        try node.note("first", RowID.uuid7(at: 10), on: "p")
        let second = RowID.uuid7(at: 11)
        try node.note("second", second, on: "p")
        let prompt = try node.promptID("p")
        try node.replica.write { transaction in
            try transaction.delete(from: .notes, second)
            try transaction.insert(
                into: .usageEvents.adding([.init("seconds")]), .uuid7(at: 12),
                ["prompt_id": .blob(prompt), "kind": .text("render"), "seconds": .integer(40)])
            try transaction.insert(into: .readings, .uuid7(at: 13), ["kind": .text("read"), "value": .real(-0.5)])
            try transaction.insert(into: .readings, .uuid7(at: 14), ["kind": .text("")])
        }
        time.now += 1000
    }

    private func expectSound(_ nodes: Node...) throws {
        for node in nodes { #expect(try node.replica.examine().isEmpty, "\(node.path)") }
    }

    @Test("two newer nodes agree in everything through an older server", arguments: [false, true])
    func olderServer(doesOlderClientEdit: Bool) throws {
        let (a, b) = (try node("a", .later), try node("b", .later))
        let (old, server) = (try node("c", .shipped), try node("server", .shipped))
        try fill(a)
        try settle([a, old, b], with: server)
        if doesOlderClientEdit {
            try old.library.rename("p", to: "q")
            _ = try old.library.save("another text", from: old.library.editBase("q"))
            try settle([old, a, b], with: server)
            #expect(try b.library.show("q").body == "another text")
        }
        let name = doesOlderClientEdit ? "q" : "p"
        #expect(try b.rating(of: name) == "5")
        #expect(try b.notes() == ["first"])
        #expect(try b.query("SELECT seconds FROM usage_events") == [["40"]])
        #expect(try b.query("SELECT kind, value FROM readings ORDER BY id") == [["read", "-0.5"], ["", ""]])
        #expect(try a.digest == b.digest)
        #expect(try old.digest == server.digest)
        try expectSound(a, b, old, server)
        #expect(try sync(b, with: server).sent == 0)
        #expect(try sync(old, with: server).sent == 0)
    }

    @Test("an older client takes what a newer server has, and gives it on by file")
    func olderClient() throws {
        let (a, server) = (try node("a", .later), try node("server", .later))
        let (old, older, b) = (try node("c", .shipped), try node("d", .shipped), try node("b", .later))
        try fill(a)
        try settle([a, old], with: server)
        try old.library.rename("p", to: "q")
        // From the older one to another, and from there to a newer one that has no server.
        try exchangeFiles([old, older])
        try exchangeFiles([older, b])
        #expect(try b.rating(of: "q") == "5")
        #expect(try b.notes() == ["first"])
        try settle([old, a], with: server)
        #expect(try server.rating(of: "q") == "5")
        #expect(try a.digest == b.digest)
        #expect(try server.digest == b.digest)
        try expectSound(a, b, old, older, server)
    }

    @Test("files both ways between two ages")
    func files() throws {
        let (a, old) = (try node("a", .later), try node("b", .shipped))
        try fill(a)
        try exchangeFiles([a, old])
        _ = try old.library.create(NewPrompt(name: "by the older", body: "x"))
        try old.library.tag("p", ["tagged"])
        try exchangeFiles([old, a])
        #expect(try a.rating(of: "by the older") == "3")
        #expect(try a.rating(of: "p") == "5")
        #expect(try a.library.show("p").prompt.tags == ["tagged"])
        try a.rate("by the older", 1)
        try exchangeFiles([a, old])
        let upgraded = try Node(upgrading: old, to: .later)
        #expect(try upgraded.digest == a.digest)
        try expectSound(a, upgraded)
    }

    @Test("of two ratings at once the later stands, and the other is in everybody's journal, the older ones' too")
    func conflict() throws {
        let (a, b) = (try node("a", .later), try node("b", .later))
        let (old, server) = (try node("c", .shipped), try node("server", .shipped))
        try fill(a)
        try settle([a, b, old], with: server)
        try a.rate("p", 1)
        time.now += 1000
        try b.rate("p", 2)
        try settle([b, a, b, old], with: server)
        for node in [a, b, old, server] {
            let lost = try #require(try node.library.conflicts().items.first)
            #expect(try node.library.conflicts().items.count == 1)
            #expect(lost.field == "rating" && lost.lostValue == "1" && lost.prompt == "p")
        }
        #expect(try a.rating(of: "p") == "2" && b.rating(of: "p") == "2")
        let entry = try #require(try a.library.conflicts().items.first).id
        #expect(throws: LibraryError.self) { try old.library.restore(entry) }
        _ = try a.library.restore(entry)
        try settle([a, b], with: server)
        #expect(try b.rating(of: "p") == "1")
        #expect(try a.digest == b.digest)
    }

    @Test("a prompt that an older node deletes and brings back has its newer columns still")
    func deletedByOlder() throws {
        let (a, old, server) = (try node("a", .later), try node("c", .shipped), try node("server", .shipped))
        try fill(a)
        try settle([a, old], with: server)
        _ = try old.library.delete("p")
        try settle([old, a], with: server)
        #expect(try a.library.trash().items.map(\.name) == ["p"])
        _ = try old.library.undelete("p")
        try settle([old, a], with: server)
        #expect(try a.rating(of: "p") == "5")
        // In one transaction, past Offbook.
        try old.sqlite(
            """
            CREATE TEMP TABLE kept AS SELECT * FROM prompts; DELETE FROM prompts;
            INSERT INTO prompts SELECT * FROM kept
            """)
        try settle([old, a], with: server)
        #expect(try a.rating(of: "p") == "5")
        _ = try a.library.delete("p")
        try settle([a, old], with: server)
        _ = try old.library.undelete("p")
        try settle([old, a], with: server)
        #expect(try a.rating(of: "p") == "5")
        try expectSound(a, old, server)
    }

    @Test("an edit of a newer column overrules a delete that did not know of it, by way of an older node")
    func deleteAgainstNewerEdit() throws {
        let (a, b) = (try node("a", .later), try node("b", .later))
        let (old, server) = (try node("c", .shipped), try node("server", .shipped))
        try fill(a)
        try settle([a, b, old], with: server)
        _ = try old.library.delete("p")
        try b.rate("p", 4)
        try settle([old, b, a, old], with: server)
        for node in [a, b] { #expect(try node.rating(of: "p") == "4") }
        #expect(try old.library.show("p").body == "text")
        #expect(try a.digest == b.digest)
        try expectSound(a, b, old, server)
    }

    @Test("a note that lives again through an older node is whole")
    func deadRowOfUnknownTable() throws {
        let (a, b) = (try node("a", .later), try node("b", .later))
        let (old, server) = (try node("c", .shipped), try node("server", .shipped))
        try fill(a)
        try settle([a, b, old], with: server)
        let note = RowID.uuid7(at: 20)
        try a.note("text", note, on: "p")
        try settle([a, b], with: server)
        try a.replica.write { try $0.delete(from: .notes, note) }
        try b.replica.write { try $0.update(.notes, note, ["text": .text("edited meanwhile")]) }
        try settle([a, old, b, a, old], with: server)
        for node in [a, b] { #expect(try node.notes() == ["edited meanwhile", "first"]) }
        let lost = try old.library.conflicts().items
        #expect(lost.map(\.kind) == [.delete] && lost.first?.table == "notes")
        try exchangeFiles([old, try node("d", .shipped)])
        try expectSound(a, b, old, server)
    }
}
