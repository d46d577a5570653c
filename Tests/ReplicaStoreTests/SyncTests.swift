import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

@Suite("Sync of two nodes through a server")
struct SyncTests {
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
    }

    private func settle(_ nodes: Node...) throws {
        for _ in 0..<3 { for node in nodes { try sync(node, with: server) } }
    }

    @Test("what one wrote, the other has; nothing is sent twice")
    func exchange() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "text"))
        try settle(a, b)
        #expect(try b.library.show("p").body == "text")
        #expect(try a.digest == b.digest)
        #expect(try a.digest == server.digest)
        let again = try sync(a, with: server)
        #expect(again.sent == 0 && again.received == 0)
    }

    @Test("a stale save is a divergence with the later one as the head, and both texts stay")
    func divergence() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one\n"))
        try settle(a, b)
        a.clock.now += 1000
        b.clock.now += 2000
        _ = try a.library.save("from a\n", from: a.library.editBase("p"))
        _ = try b.library.save("from b\n", from: b.library.editBase("p"))
        try settle(a, b)
        for node in [a, b] {
            #expect(try node.library.show("p").body == "from b\n")
            #expect(try node.library.show("p", version: "v2~a").body == "from a\n")
            #expect(try node.library.divergenceCount() == 1)
        }
        // The same merge on both nodes, sides swapped or not, is one version.
        for node in [a, b] {
            let plan = try node.library.planMerge("p")
            _ = try node.library.merge(plan, .text("both\n"))
        }
        try settle(a, b)
        #expect(try a.library.divergenceCount() == 0)
        #expect(try a.library.history("p").items.map(\.name) == ["v3", "v2", "v2~a", "v1"])
        #expect(try a.digest == b.digest)
    }

    @Test("an edit that had not seen a delete overrules it, and the delete is in the journal")
    func deleteAgainstEdit() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a, b)
        _ = try a.library.delete("p")
        try b.library.tag("p", ["kept"])
        try settle(a, b)
        for node in [a, b] {
            #expect(try node.library.show("p").prompt.tags == ["kept"])
            let journal = try node.library.why("p").items
            #expect(journal.map(\.kind) == [.delete])
            #expect(journal.first?.lostBy == "a")
        }
        // Known to both now, a delete stands.
        _ = try b.library.delete("p")
        try settle(a, b)
        #expect(try a.library.list().items.isEmpty)
        #expect(try a.library.trash().items.map(\.name) == ["p"])
        _ = try a.library.undelete("p")
        try settle(a, b)
        #expect(try b.library.show("p").body == "one")
    }

    @Test("edits of different fields both stay; of the same field the later stays and the other is explained")
    func fields() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a, b)
        try a.sqlite("UPDATE prompts SET description = 'by a'")
        try b.sqlite("UPDATE prompts SET category = 'by b'")
        try settle(a, b)
        let both = try b.library.show("p").prompt
        #expect(both.description == "by a" && both.category == "by b")
        a.clock.now += 10
        try a.library.rename("p", to: "by a")
        b.clock.now += 20
        try b.library.rename("p", to: "by b")
        try settle(a, b)
        for node in [a, b] {
            let lost = try #require(try node.library.why("by b").items.first)
            #expect(lost.field == "name" && lost.lostValue == "by a" && lost.lostBy == "a" && lost.currentBy == "b")
        }
        _ = try b.library.restore(try #require(try b.library.conflicts().items.first).id)
        try settle(a, b)
        #expect(try a.library.show("by a").body == "one")
    }

    @Test("an answer that is lost after the server did the work harms nothing", arguments: UInt64(0)..<20)
    func lostReplies(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<8 {
            _ = try a.library.create(NewPrompt(name: "a\(round)", body: "text"))
            if round > 0 { _ = try b.library.save("edit \(round)", from: b.library.editBase("a0")) }
            for node in [a, b] {
                for _ in 0..<6 {
                    let faults: [Fault] = [.none, .none, .replyLost, .requestLost]
                    _ = try? sync(node, with: server) { faults.randomElement(using: &generator) ?? .none }
                }
                try sync(node, with: server)
            }
        }
        try settle(a, b)
        #expect(try a.digest == b.digest)
        #expect(try b.library.list().items.count == 8)
    }

    @Test("a copied file goes on as a node of its own from its first write on")
    func copy() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a)
        let copy = try Node(copyOf: a, "copy", in: scratch)
        _ = try copy.library.save("by the copy", from: copy.library.editBase("p"))
        #expect(try copy.library.status().replica != a.library.status().replica)
        #expect(try !sync(copy, with: server).wasReparented)
        try settle(a, copy)
        #expect(try a.digest == copy.digest)
        #expect(try a.library.show("p").body == "by the copy")
    }

    @Test("a clone that can't tell is told by the server, and nothing of either is lost")
    func clone() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a)
        let copy = try a.indistinguishableCopy("copy", in: scratch)
        _ = try a.library.save("by a", from: a.library.editBase("p"))
        _ = try copy.library.save("by the copy", from: copy.library.editBase("p"))
        _ = try copy.library.create(NewPrompt(name: "q", body: "two"))
        try settle(a)
        let summary = try sync(copy, with: server)
        #expect(summary.wasReparented)
        try settle(a, copy, b)
        #expect(try a.digest == copy.digest)
        #expect(try a.digest == b.digest)
        #expect(try b.library.history("p").items.count == 3)
        #expect(try b.library.divergenceCount() == 1)
        #expect(try b.library.show("q").body == "two")
    }

    @Test("a node restored from a backup takes its own later work from the server, and loses nothing new")
    func restoredClient() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a)
        let backup = try a.indistinguishableCopy("backup", in: scratch)
        _ = try a.library.save("two", from: a.library.editBase("p"))
        try settle(a)
        _ = try backup.library.create(NewPrompt(name: "new", body: "after the restore"))
        try settle(backup, b)
        #expect(try backup.library.show("p").body == "two")
        #expect(try b.library.show("new").body == "after the restore")
        #expect(try b.digest == backup.digest)
    }

    @Test("a server that lost its last work gets it back from the nodes that have it", arguments: [false, true])
    func restoredServer(knowsItself: Bool) throws {
        let restored = { (server: Node) in
            try knowsItself
                ? Node(copyOf: server, "restored", in: scratch) : server.indistinguishableCopy("restored", in: scratch)
        }
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a, b)
        let backup = try restored(server)
        _ = try a.library.save("two", from: a.library.editBase("p"))
        _ = try b.library.create(NewPrompt(name: "q", body: "three"))
        try settle(a, b)
        for _ in 0..<2 {
            for node in [a, b] { #expect(try !sync(node, with: backup).wasReparented, "nobody re-parents for it") }
        }
        #expect(try backup.library.show("p").body == "two")
        #expect(try backup.library.show("q").body == "three")
        #expect(try backup.digest == a.digest)
    }

    @Test("a clock of the year 2099 syncs, and a later edit by anybody else wins over it")
    func skew() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a, b)
        b.clock.now = 4_070_908_800_000
        try b.library.rename("p", to: "from the future")
        _ = try b.library.delete("from the future")
        _ = try b.library.undelete("from the future")
        #expect(try sync(b, with: server).wasRestamped)
        try settle(a, b)
        #expect(try a.library.show("from the future").body == "one")
        a.clock.now += 60_000
        server.clock.now += 60_000
        try a.library.rename("from the future", to: "later")
        try settle(a, b)
        #expect(try b.library.show("later").body == "one")
        // The server told b the time: what it writes now needs no healing.
        try b.library.rename("later", to: "by b again")
        #expect(try !sync(b, with: server).wasRestamped)
        try settle(a, b)
        #expect(try a.library.show("by b again").body == "one")
        #expect(try a.digest == b.digest)
    }

    @Test("a version whose id is not its hash is refused, set aside at its author, and stalls nobody")
    func denied() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try a.sqlite("INSERT INTO versions (id, prompt_id, body) SELECT zeroblob(32), id, 'forged' FROM prompts")
        let summary = try sync(a, with: server)
        #expect(summary.denials.map(\.table) == ["versions"])
        #expect(try a.library.status().orphans == 1)
        try settle(a, b)
        #expect(try b.library.show("p").body == "one")
        #expect(try a.digest == b.digest)
        #expect(try sync(a, with: server).sent == 0)
    }

    @Test("a copied file with writes that nobody has sealed yet syncs at once")
    func copyWithPendingWrites() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        try settle(a)
        try a.sqlite("UPDATE prompts SET description = 'pending'")
        let copy = try Node(copyOf: a, "copy", in: scratch)
        try sync(copy, with: server)
        try settle(a, copy)
        #expect(try a.digest == copy.digest)
        #expect(try copy.library.show("p").prompt.description == "pending")
    }

    @Test("a row without a history where its table has one is refused, and poisons nothing")
    func poison() throws {
        let columns = Array(SyncedTable.projects.columns.reversed())
        let row = RowState(
            id: .uuid7(at: 1), clock: .appendOnly,
            values: [.null, .integer(0), .text("active"), .text(""), .text("poison")])
        let page = ChangesetPage(batches: [RowBatch(table: "projects", columns: columns, rows: [row])])
        let file = try Self.file(page, in: a)
        #expect(try a.replica.join(file).denied.count == 1)
        try settle(a, b)
        #expect(try a.replica.examine().isEmpty)
    }

    private static func file(_ page: ChangesetPage, in node: Node) throws -> ChangesetFile {
        let status = try node.library.status()
        let header = ChangesetFile.Header(
            schemaVersion: 1, workspace: status.workspace, workspaceName: "Team", replica: .random(), nodeName: "x",
            seq: 1,
            nonce: [1], since: 0, next: 1)
        let bytes = Recorder()
        var writer = try ChangesetFileWriter(header) { bytes.content += $0 }
        try writer.append(page)
        try writer.finish()
        return try ChangesetFile(bytes.content)
    }

    @Test("a push that names transactions which can't be yet is refused whole")
    func forgedDots() throws {
        try settle(a)
        let identity = try server.replica.serverIdentity()
        let forged = Stamp(time: HybridTime(milliseconds: 5), dot: Dot(replica: identity.replica, seq: 1 << 40))
        let row = RowState(
            id: .uuid7(at: 1), clock: RowClock(insertedBy: forged, columns: 3),
            values: [.text("x"), .null, .integer(0)])
        let page = ChangesetPage(batches: [RowBatch(table: "users", columns: SyncedTable.users.columns, rows: [row])])
        let replica = ReplicaID.random()
        try server.replica.stage(page.encoded(), of: replica, push: replica.bytes, part: 0)
        let before = try server.digest
        #expect(throws: SyncRefusal.self) {
            try server.replica.apply(
                StagedPush(
                    replica: replica, nodeName: "forger", id: replica.bytes, parts: 1, follows: .none,
                    contains: AcknowledgedTransaction(seq: 1, nonce: [1])))
        }
        #expect(try server.digest == before)
    }
}
