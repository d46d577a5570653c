import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

private let day = CollectionTerms.day

/// Two clients and a server whose clocks go together.
final class Team {
    let scratch: Scratch
    let clock = TestClock()
    let a: Node
    let b: Node
    let server: Node

    init() throws {
        scratch = try Scratch()
        let workspace = RowID.uuid7(at: 1)
        a = try Node("a", workspace: workspace, in: scratch, clock: clock)
        b = try Node("b", workspace: workspace, in: scratch, clock: clock)
        server = try Node("server", workspace: workspace, in: scratch, clock: clock)
    }

    var workspace: RowID { get throws { try a.replica.clientIdentity().workspace } }

    func node(_ name: String) throws -> Node { try Node(name, workspace: workspace, in: scratch, clock: clock) }

    func settle(_ nodes: Node...) throws {
        for _ in 0..<3 { for node in nodes { try sync(node, with: server) } }
    }

    /// Lets time pass, with everybody syncing now and then.
    func pass(_ days: Int64, _ nodes: Node...) throws {
        for part in [days / 2, days - days / 2] {
            clock.now += part * day
            for node in nodes { try sync(node, with: server) }
        }
    }

    @discardableResult
    func collect() throws -> CollectionReport { try server.replica.collect() }
}

extension Node {
    func rows(of table: String) throws -> Int {
        try query("SELECT count(*) FROM \(table)").first.flatMap { Int($0[0]) } ?? -1
    }

    /// Rows in all synced tables but the nodes and users, deleted ones included.
    var clocks: Int {
        get throws { try rows(of: "row_clocks WHERE tbl NOT IN (2, 3)") }
    }
}

@Suite("Collection of what was deleted")
struct CollectionTests {
    let team: Team
    var a: Node { team.a }
    var b: Node { team.b }
    var server: Node { team.server }

    init() throws { team = try Team() }

    private func make(_ name: String, on node: Node? = nil) throws {
        _ = try (node ?? a).library.create(NewPrompt(name: name, body: "text of \(name)"))
        try (node ?? a).library.tag(name, ["one"])
    }

    /// A prompt that both have, that a deleted, and whose retention is over.
    private func deleteLongAgo(_ name: String = "p") throws {
        try make(name)
        try team.settle(a, b)
        _ = try a.library.delete(name)
        try team.settle(a, b)
        try team.pass(31, a, b)
    }

    @Test("a prompt whose time in the trash is over goes everywhere, with all that belonged to it")
    func collected() throws {
        try make("kept")
        try team.settle(a, b)
        let before = try server.clocks
        try deleteLongAgo()
        let digest = try server.digest
        let report = try team.collect()
        #expect(report.tombstones == 1 && report.rows == 4 && report.waiting == 0)
        #expect(try server.clocks == before)
        try team.settle(a, b)
        for node in [a, b, server] {
            #expect(try node.clocks == before)
            #expect(try node.library.trash().items.isEmpty)
            #expect(try node.rows(of: "versions") == 1 && node.rows(of: "deleted_prompts") == 0)
            #expect(try node.digest == digest)
            #expect(try node.replica.examine().isEmpty)
        }
        #expect(try a.library.show("kept").body == "text of kept")
        let again = try sync(a, with: server)
        #expect(again.sent == 0 && again.received == 0 && again.collected == 0)
    }

    @Test("what is in the trash for less than the retention stays, and can be restored")
    func retention() throws {
        try make("p")
        try team.settle(a, b)
        _ = try a.library.delete("p")
        try team.settle(a, b)
        try team.pass(29, a, b)
        #expect(try team.collect().rows == 0)
        _ = try b.library.undelete("p")
        try team.pass(10, a, b)
        #expect(try team.collect().rows == 0)
        #expect(try a.library.show("p").body == "text of p")
        #expect(try a.library.show("p").prompt.tags == ["one"])
    }

    @Test("an explicit retention counts in place of the usual one")
    func explicitRetention() throws {
        try make("p")
        try team.settle(a, b)
        _ = try a.library.delete("p")
        try team.settle(a, b)
        try team.pass(1, a, b)
        #expect(try server.replica.collect(retention: 2 * day).rows == 0)
        #expect(try server.replica.collect(retention: 0).rows == 4)
    }

    @Test("nothing goes before every node that is waited for has applied the delete")
    func laggard() throws {
        try make("p")
        try team.settle(a, b)
        _ = try a.library.delete("p")
        try team.settle(a)
        try team.pass(31, a)
        let report = try team.collect()
        #expect(report.rows == 0 && report.waiting == 1 && report.waitsFor == ["b"])
        // To have pulled it is not enough: what b wrote before comes with the next push.
        try sync(b, with: server)
        #expect(try team.collect().rows == 0)
        try sync(b, with: server)
        #expect(try team.collect().rows == 4)
    }

    @Test("a client leaves it to its server; a library that others wrote into without a server does nothing")
    func roles() throws {
        try deleteLongAgo()
        #expect(try a.replica.collect(retention: 0).role == .client)
        let alone = try team.node("alone")
        try make("p", on: alone)
        _ = try alone.library.delete("p")
        #expect(try alone.replica.collect(retention: 0).rows == 4)
        let other = try team.node("other")
        try make("q", on: other)
        _ = try alone.replica.join(other.exported())
        _ = try alone.library.delete("q")
        let report = try alone.replica.collect(retention: 0)
        #expect(report.role == .shared && report.rows == 0)
    }

    @Test("what was deleted and made again lives")
    func madeAgain() throws {
        try make("p")
        try team.settle(a, b)
        try a.library.untag("p", ["one"])
        try team.settle(a, b)
        try team.pass(31, a, b)
        #expect(try team.collect().rows == 1)
        // Of the same id, by one who has heard of it and one who has not.
        try b.library.tag("p", ["one"])
        try team.settle(a, b)
        #expect(try a.library.show("p").prompt.tags == ["one"])
        #expect(try a.digest == server.digest && b.digest == server.digest)
    }

    @Test("a restore of what was just collected elsewhere brings all of it back")
    func restoredAsCollected() throws {
        try deleteLongAgo()
        #expect(try team.collect().rows == 4)
        _ = try b.library.undelete("p")
        try team.settle(b, a)
        for node in [a, b] {
            #expect(try node.library.show("p").body == "text of p")
            #expect(try node.library.show("p").prompt.tags == ["one"])
            #expect(try node.digest == server.digest)
        }
    }

    @Test("a restore past Offbook brings all of it back too")
    func restoredInTheShell() throws {
        try deleteLongAgo()
        #expect(try team.collect().rows == 4)
        try b.sqlite("INSERT INTO prompts SELECT * FROM deleted_prompts")
        try team.settle(b, a)
        #expect(try a.library.show("p").body == "text of p")
        #expect(try a.digest == server.digest && b.digest == server.digest)
    }

    @Test("a restore while the sync runs that would drop it brings all of it back", arguments: [1, 2])
    func restoredMeanwhile(atExchange exchange: Int) throws {
        try deleteLongAgo()
        #expect(try team.collect().rows == 4)
        // What drops it comes with the handshake, or where there is something to push, with the push.
        if exchange == 2 { try make("q", on: b) }
        var exchanges = 0
        try sync(b, with: server) {
            exchanges += 1
            if exchanges == exchange { _ = try? b.library.undelete("p") }
            return .none
        }
        #expect(exchanges >= exchange)
        #expect(try b.library.show("p").body == "text of p")
        try team.settle(b, a)
        #expect(try a.library.show("p").body == "text of p")
        #expect(try a.digest == server.digest && b.digest == server.digest)
    }

    @Test("a file with a collected prompt, by a node that nobody waits for, does not bring it back")
    func oldFile() throws {
        try make("p")
        try team.settle(a, b)
        let file = try a.exported()
        _ = try a.library.delete("p")
        try team.settle(a, b)
        try team.pass(31, a, b)
        try team.collect()
        try team.settle(a, b)
        let digest = try server.digest
        for node in [a, b, server] {
            _ = try node.replica.join(file)
            #expect(try node.digest == digest)
        }
        // A node that came to know of it by the file only, and pushes it.
        let stranger = try team.node("stranger")
        _ = try stranger.replica.join(file)
        #expect(try stranger.library.show("p").body == "text of p")
        let summary = try sync(stranger, with: server)
        #expect(summary.collected == 4 && summary.denials.isEmpty)
        #expect(try stranger.library.list().items.isEmpty && stranger.rows(of: "versions") == 0)
        #expect(try stranger.digest == server.digest && stranger.rows(of: "orphans") == 0)
    }

    @Test("an edit in a file that the delete had not seen brings back what the file has of it")
    func editInAFile() throws {
        try make("p")
        try team.settle(a, b)
        let stranger = try team.node("stranger")
        _ = try stranger.replica.join(a.exported())
        _ = try stranger.library.save("by the stranger", from: stranger.library.editBase("p"))
        let file = try stranger.exported()
        _ = try a.library.delete("p")
        try team.settle(a, b)
        try team.pass(31, a, b)
        try team.collect()
        try team.settle(a, b)
        _ = try a.replica.join(file)
        try team.settle(a, b)
        for node in [a, b] {
            #expect(try node.library.show("p").body == "by the stranger")
            #expect(try node.library.history("p").items.count == 2)
            #expect(try node.digest == server.digest)
        }
    }

    @Test("a node whose lease ran out drops what is gone, and keeps its id")
    func lapsed() throws {
        try make("gone")
        try make("kept")
        try team.settle(a, b)
        _ = try a.library.delete("gone")
        try team.settle(a)
        try team.pass(91, a)
        #expect(try team.collect().rows == 4)
        try team.pass(2, a)
        #expect(try team.collect().rows == 0)
        #expect(try server.rows(of: "collected") == 0)
        let id = try b.replica.replicaID()
        let summary = try sync(b, with: server)
        #expect(summary.wasBootstrapped && summary.collected == 4)
        #expect(try b.replica.replicaID() == id && b.digest == server.digest)
        #expect(try b.clocks == server.clocks)
        #expect(try b.library.show("kept").body == "text of kept")
        let again = try sync(b, with: server)
        #expect(!again.wasBootstrapped)
        #expect(again.sent == 0 && again.received == 0)
    }

    @Test("an edit by a node whose lease ran out brings the whole prompt back", arguments: [0, 2, 3])
    func lapsedEdit(cutAt exchange: Int) throws {
        try make("p")
        try team.settle(a, b)
        _ = try a.library.delete("p")
        try team.settle(a)
        try team.pass(91, a)
        #expect(try team.collect().rows == 4)
        try b.library.tag("p", ["unsent"])
        var exchanges = 0
        _ = try? sync(b, with: server) {
            exchanges += 1
            return exchanges == exchange ? .replyLost : .none
        }
        #expect(exchanges >= exchange)
        try team.settle(b, a)
        for node in [a, b] {
            #expect(try node.library.show("p").body == "text of p")
            #expect(try node.library.show("p").prompt.tags == ["one", "unsent"])
            #expect(try node.digest == server.digest)
        }
    }

    @Test("a bootstrap that is cut, at any exchange, goes on", arguments: 1..<8, [Fault.replyLost, .requestLost])
    func cutBootstrap(at exchange: Int, fault: Fault) throws {
        for number in 0..<6 { try make("gone \(number)") }
        try make("kept")
        try team.settle(a, b)
        for number in 0..<6 { _ = try a.library.delete("gone \(number)") }
        try team.settle(a)
        try team.pass(91, a)
        #expect(try team.collect().tombstones == 6)
        try make("new", on: b)
        var exchanges = 0
        _ = try? sync(b, with: server) {
            exchanges += 1
            return exchanges == exchange ? fault : .none
        }
        try b.library.tag("kept", ["meanwhile"])
        try team.settle(b, a)
        #expect(try b.clocks == server.clocks && a.clocks == server.clocks)
        #expect(try b.digest == server.digest && a.digest == server.digest)
        #expect(try a.library.list().items.map(\.name).sorted() == ["kept", "new"])
        #expect(try a.library.show("kept").prompt.tags == ["meanwhile", "one"])
    }

    @Test("a node put back to an older state is found out, though the server waits for the newer one")
    func rewound() throws {
        try make("p")
        try team.settle(a, b)
        let backup = "\(team.scratch.path)/backup.sqlite"
        try b.backUp(to: backup)
        try deleteLongAgo("q")
        _ = try a.library.delete("p")
        try team.settle(a, b)
        try team.pass(31, a, b)
        #expect(try team.collect().tombstones == 2)
        let restored = try Node(of: b, restoredFrom: backup, "restored", in: team.scratch)
        try restored.library.tag("p", ["unsent"])
        try team.settle(restored, a)
        for node in [a, restored] {
            #expect(try node.library.show("p").body == "text of p")
            #expect(try node.library.show("p").prompt.tags == ["one", "unsent"])
            #expect(try node.digest == server.digest)
        }
    }

    @Test("the journal of what is collected goes with it")
    func journal() throws {
        try make("p")
        try team.settle(a, b)
        try a.sqlite("UPDATE prompts SET description = 'by a'")
        team.clock.now += 10
        try b.sqlite("UPDATE prompts SET description = 'by b'")
        try team.settle(a, b)
        #expect(try a.rows(of: "conflicts") == 1)
        let file = try a.exported()
        _ = try a.library.delete("p")
        try team.settle(a, b)
        try team.pass(31, a, b)
        try team.collect()
        try team.settle(a, b)
        for node in [a, b, server] {
            _ = try node.replica.join(file)
            #expect(try node.rows(of: "conflicts") == 0)
        }
    }

    @Test("a server that moved to another place goes on collecting")
    func movedServer() throws {
        try make("p")
        try team.settle(a, b)
        let version = try #require(RowID(hex: try a.library.history("p").items[0].id))
        _ = try server.replica.move(
            LabelMove(
                prompt: try #require(RowID(hex: a.library.list().items[0].id)), label: "production", expected: nil,
                version: version))
        try team.settle(a, b)
        let moved = try Node(copyOf: server, "moved", in: team.scratch)
        for _ in 0..<3 { for node in [a, b] { try sync(node, with: moved) } }
        _ = try a.library.delete("p")
        for days: Int64 in [1, 15, 15] {
            team.clock.now += days * day
            for node in [a, b] { try sync(node, with: moved) }
        }
        #expect(try moved.replica.collect().tombstones == 1)
    }
}
