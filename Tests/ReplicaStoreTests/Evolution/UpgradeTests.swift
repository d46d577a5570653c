import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// An upgrade moves what was kept of a newer schema into its tables and columns, and edits nothing.
@Suite("Upgrades of a library")
struct UpgradeTests {
    let scratch: Scratch
    let time = TestClock()
    let a, old, server: Node

    init() throws {
        scratch = try Scratch()
        let workspace = RowID.uuid7(at: 1)
        a = try Node("a", workspace: workspace, in: scratch, clock: time, schema: .later)
        old = try Node("c", workspace: workspace, in: scratch, clock: time)
        server = try Node("server", workspace: workspace, in: scratch, clock: time)
    }

    private func settle(_ nodes: Node...) throws {
        for _ in 0..<3 { for node in nodes { try sync(node, with: server) } }
    }

    private func fill() throws {
        for name in ["p", "q", "gone"] { _ = try a.library.create(NewPrompt(name: name, body: "text of \(name)")) }
        try a.rate("p", 5)
        try a.rate("gone", 1)
        try a.note("on p", .uuid7(at: 10), on: "p")
        try a.replica.write { transaction in
            try transaction.insert(into: .readings, .uuid7(at: 13), ["kind": .text("read"), "value": .real(0.5)])
        }
        _ = try a.library.delete("gone")
        time.now += 1000
    }

    /// What an upgrade must leave as it is: identity, clock, positions and dirty marks.
    private func bookkeeping(_ node: Node) throws -> [[String]] {
        try node.query("SELECT replica_id IS NOT NULL, last_seq, last_hlc, last_position FROM replica")
            + node.query("SELECT hex(id), position, dirty FROM row_clocks ORDER BY position")
            + node.query("SELECT seq, hex(nonce) FROM seals ORDER BY seq")
    }

    @Test(
        "of a client: it shows all that came before, edits nothing, and has nothing to send", arguments: [false, true])
    func client(hasUnsentWork: Bool) throws {
        try fill()
        try settle(a, old)
        if hasUnsentWork {
            try old.library.rename("p", to: "r")
            try old.replica.foldPending()
        }
        let before = try bookkeeping(old)
        let upgraded = try Node(upgrading: old, to: .later)
        #expect(try bookkeeping(upgraded) == before)
        #expect(
            try upgraded.query("SELECT count(*) FROM kept_columns UNION ALL SELECT count(*) FROM kept_tables") == [
                ["0"], ["0"],
            ])
        #expect(try upgraded.replica.examine().isEmpty)
        if !hasUnsentWork {
            #expect(try upgraded.digest == a.digest)
            #expect(try sync(upgraded, with: server).sent == 0)
        }
        try settle(upgraded, a)
        #expect(try upgraded.rating(of: hasUnsentWork ? "r" : "p") == "5")
        #expect(try upgraded.notes() == ["on p"])
        #expect(try upgraded.digest == a.digest)
        // The deleted one has its rating too.
        _ = try upgraded.library.undelete("gone")
        #expect(try upgraded.rating(of: "gone") == "1")
    }

    @Test("of the server, and then of a client: they agree at once, and later edits go both ways")
    func serverFirst() throws {
        try fill()
        try settle(a, old)
        let newServer = try Node(upgrading: server, to: .later)
        #expect(try newServer.digest == a.digest)
        try sync(old, with: newServer)
        let upgraded = try Node(upgrading: old, to: .later)
        try upgraded.rate("q", 2)
        try sync(upgraded, with: newServer)
        try sync(a, with: newServer)
        #expect(try a.rating(of: "q") == "2")
        #expect(try a.digest == newServer.digest && a.digest == upgraded.digest)
        for node in [a, upgraded, newServer] { #expect(try node.replica.examine().isEmpty) }
    }

    @Test("with writes that nobody has sealed yet: they did not write the new columns")
    func pendingWrites() throws {
        try fill()
        try settle(a, old)
        try old.sqlite(
            "INSERT INTO prompts (name) VALUES ('by hand'); UPDATE prompts SET description = 'x' WHERE name = 'p'")
        let upgraded = try Node(upgrading: old, to: .later)
        let id = try #require(
            RowID(hex: try upgraded.query("SELECT hex(id) FROM prompts WHERE name = 'by hand'")[0][0]))
        let clock = try #require(try upgraded.replica.readFolded { try $0.clock(of: .laterPrompts, id) })
        let known = SyncedTable.prompts.columns.count
        #expect(clock.columns[known - 1] != nil && clock.columns[known] == nil)
        try settle(upgraded, a)
        #expect(try a.rating(of: "by hand") == "3" && a.rating(of: "p") == "5")
        #expect(try a.digest == upgraded.digest)
    }

    @Test("of nodes that never met a newer one: nothing changes, nothing is sent, and a new epoch changes no row")
    func nothingKept() throws {
        _ = try old.library.create(NewPrompt(name: "p", body: "text"))
        try settle(old)
        let upgraded = try Node(upgrading: old, to: .later)
        let newServer = try Node(upgrading: server, to: .later)
        #expect(try upgraded.rating(of: "p") == "3")
        #expect(try sync(upgraded, with: newServer).sent == 0)
        // A restored server gets everything again, and finds nothing new in it but about who takes part.
        let restored = try Node(copyOf: newServer, "restored", in: scratch, schema: .later)
        _ = try restored.replica.serverIdentity()
        let positions = "SELECT tbl, hex(id), position FROM row_clocks WHERE tbl > 3 ORDER BY position"
        let before = try restored.query(positions)
        #expect(try sync(upgraded, with: restored).metNewEpoch)
        let changed = Set(try restored.query(positions)).subtracting(before)
        #expect(changed.isEmpty)
        #expect(try upgraded.digest == restored.digest)
    }

    @Test("a kept value that its own schema does not allow is set aside, and the rest is taken up")
    func impossibleValues() throws {
        try fill()
        try settle(a, old)
        try old.sqlite(
            """
            UPDATE kept_columns SET value = 'five' WHERE name = 'rating' AND value = 5;
            UPDATE kept_columns SET value = NULL WHERE name = 'text'
            """)
        let upgraded = try Node(upgrading: old, to: .later)
        #expect(try upgraded.rating(of: "p") == "3")
        #expect(try upgraded.notes() == [])
        let orphans = try upgraded.library.orphans().items
        #expect(orphans.map(\.table) == ["prompts", "notes"])
        #expect(orphans.first?.values["rating"] == "five")
        #expect(try upgraded.replica.examine().isEmpty)
    }

    @Test("of a library that has lost what it kept: it is opened, and the server brings it back")
    func damaged() throws {
        try fill()
        try settle(a, old)
        try old.sqlite("DELETE FROM kept_columns WHERE name IN ('rating', 'text')")
        let upgraded = try Node(upgrading: old, to: .later)
        #expect(try upgraded.rating(of: "p") == "3")
        for _ in 0..<3 {
            time.now += 8 * 86_400_000
            _ = try upgraded.replica.scrub()
            try settle(upgraded)
        }
        #expect(try upgraded.rating(of: "p") == "5" && upgraded.notes() == ["on p"])
        #expect(try upgraded.digest == a.digest)
        #expect(try upgraded.replica.examine().isEmpty)
    }

    @Test("a library of a later schema is not opened by an earlier Offbook")
    func downgrade() throws {
        #expect(throws: ReplicaError.self) { try Node(upgrading: a, to: .shipped) }
    }
}
