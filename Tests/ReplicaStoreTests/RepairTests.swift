import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

@Suite("Digests, scrub and repair")
struct RepairTests {
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
        for number in 0..<30 {
            var prompt = NewPrompt(name: "p\(number)", body: "text \(number)")
            prompt.tags = ["t\(number)"]
            _ = try a.library.create(prompt)
        }
        try settle()
    }

    private func settle() throws {
        for node in [a, b, a, b] { try sync(node, with: server) }
    }

    /// A minute later, so that a scrub is due.
    private func passTime() { for node in [a, b, server] { node.clock.now += 60_001 } }

    private func expectSound() throws {
        for node in [a, b, server] {
            #expect(try node.replica.examine(deep: true).isEmpty)
            #expect(try node.digest == server.digest)
            #expect(try node.replica.publishedDigest() == server.replica.publishedDigest())
        }
    }

    @Test("after a sync, client and server have one digest of all rows, those of the journal and the dead too")
    func equal() throws {
        _ = try a.library.delete("p1")
        try b.library.rename("p1", to: "renamed")
        try a.library.rename("p2", to: "a's")
        try b.library.rename("p2", to: "b's")
        try settle()
        try expectSound()
        #expect(try server.replica.publishedDigest().rows > 120)
    }

    @Test("what went past the log is found by the scrub, set aside, and replaced by what was published")
    func scrub() throws {
        try b.sqlite("UPDATE tags SET tag = 'bad' WHERE tag = 't7'; DELETE FROM change_log")
        #expect(try b.replica.examine(deep: true).map(\.kind) == [.unpublishedChange])
        passTime()
        #expect(try sync(b, with: server).damaged == 1)
        #expect(try b.library.show("p7").prompt.tags == ["t7"])
        let orphan = try #require(try b.replica.read { try $0.orphans() }.first)
        #expect(orphan.kind == .damaged)
        try expectSound()
        // Somebody meant it after all.
        try b.replica.write { try $0.acceptOrphan(orphan.number) }
        try settle()
        #expect(try a.library.show("p7").prompt.tags == ["bad"])
        try expectSound()
    }

    @Test(
        "a row that is gone, without values or without a readable clock comes back",
        arguments: [
            "DELETE FROM tags; DELETE FROM deleted_tags; DELETE FROM change_log",
            "UPDATE row_clocks SET clock = x'ff' WHERE tbl = 8",
            "UPDATE versions SET message = 'bad'",
        ])
    func gone(statement: String) throws {
        let digest = try b.digest
        try b.sqlite("DROP TRIGGER capture_versions_update; " + statement)
        passTime()
        #expect(try sync(b, with: server).damaged > 0)
        #expect(try b.digest == digest)
        try expectSound()
    }

    @Test("rows whose clocks are gone too come back after the digest is counted again")
    func forgotten() throws {
        try b.sqlite("DELETE FROM tags; DELETE FROM change_log; DELETE FROM row_clocks WHERE tbl = 8")
        #expect(try b.replica.mend(deep: true).contains { $0.kind == .digest })
        #expect(try sync(b, with: server).repaired == 30)
        try expectSound()
    }

    @Test("what a server's file has lost, it does not publish, and gets back from a client that has it")
    func serverDamage() throws {
        try server.sqlite("UPDATE tags SET tag = 'bad' WHERE tag = 't7'; DELETE FROM change_log")
        passTime()
        try a.library.rename("p0", to: "an edit that is pushed")
        #expect(try sync(a, with: server).repaired == 1)
        #expect(try server.library.show("p7").prompt.tags == ["t7"])
        let fresh = try Node("c", workspace: try a.library.status().workspace, in: scratch)
        try sync(fresh, with: server)
        #expect(try fresh.library.show("p7").prompt.tags == ["t7"])
        try settle()
        try expectSound()
    }

    @Test("a protected label that the server's file has damaged comes back from a client that has it")
    func protectedLabel() throws {
        let version = try labelProduction("p7")
        try server.sqlite("UPDATE labels SET label = 'bad'; DELETE FROM change_log")
        passTime()
        try a.library.rename("p0", to: "an edit that is pushed")
        let summary = try sync(a, with: server)
        #expect(summary.repaired == 1 && summary.denials.isEmpty)
        try settle()
        for node in [a, b, server] { #expect(try node.production(of: "p7") == version) }
        try expectSound()
    }

    @Test("what a server's file has damaged is nobody's answer to a push that is refused")
    func damagedAnswer() throws {
        let version = try labelProduction("p7")
        try server.sqlite("UPDATE labels SET version_id = randomblob(32); DELETE FROM change_log")
        passTime()
        try b.sqlite("UPDATE labels SET version_id = randomblob(32)")
        #expect(try sync(b, with: server).denials.map(\.table) == ["labels"])
        #expect(try b.production(of: "p7") == nil)
        try settle()
        for node in [a, b, server] { #expect(try node.production(of: "p7") == version) }
        try expectSound()
    }

    /// - Returns: where the label points, everywhere.
    private func labelProduction(_ name: String) throws -> RowID {
        let prompt = try #require(try server.replica.read { try $0.prompts(named: name).first }).id
        let version = try #require(try server.replica.read { try $0.versions(of: prompt).first }).id
        _ = try server.replica.move(LabelMove(prompt: prompt, label: "production", expected: nil, version: version))
        try settle()
        #expect(try b.production(of: name) == version)
        return version
    }

    @Test("a repair keeps what only came by a file, and pushes it")
    func fileCarried() throws {
        let position = try a.replica.export { _ in }.next
        try a.library.rename("p3", to: "by file")
        _ = try b.replica.join(a.exported(since: position))
        // What b remembers of the row is wrong, so it will find a difference there.
        try b.sqlite("UPDATE row_clocks SET hash = 1 WHERE dirty = 1; UPDATE digest SET sum = sum + 1")
        try sync(b, with: server)
        #expect(try server.library.show("by file").body == "text 3")
        try settle()
        try expectSound()
    }

    @Test("states from before what is here take nothing away, however often they come")
    func lateStates() throws {
        let prompt = try a.library.show("p3").prompt.id
        let row = RowName(table: "prompts", row: try #require(RowID(hex: prompt)))
        let before = try server.replica.states(of: [row], in: .everything).page
        try a.library.rename("p3", to: "renamed since")
        try settle()
        let remote = try #require(try a.replica.remoteState())
        for _ in 0..<2 {
            try a.replica.stage(StagedPage(page: before, collected: [], next: remote.position + 1), in: remote.epoch)
        }
        _ = try a.replica.applyStaged(upTo: remote.position + 1, floor: VersionVector()) { _, _ in }
        #expect(try a.library.show("renamed since").body == "text 3")
        try settle()
        try expectSound()
    }

    @Test("in a new epoch only what the server lacks travels")
    func newEpoch() throws {
        let backup = try Node(copyOf: server, "restored", in: scratch)
        _ = try a.library.save("two", from: a.library.editBase("p5"))
        try settle()
        let back = try sync(b, with: backup)
        #expect(back.metNewEpoch && back.received < 10, "what the server itself wrote: \(back)")
        #expect((3...8).contains(back.sent), "a version, two tips and the prompt, of 150 rows")
        #expect(try backup.library.show("p5").body == "two")
        #expect(try sync(a, with: backup).sent < 8)
        #expect(try a.digest == backup.digest)
        #expect(try backup.replica.examine(deep: true).isEmpty && a.replica.examine(deep: true).isEmpty)
    }

    @Test("cut at any exchange, the comparison of a new epoch is done again, and nothing is lost")
    func newEpochCut() throws {
        let backup = try Node(copyOf: server, "restored", in: scratch)
        _ = try a.library.save("two", from: a.library.editBase("p5"))
        try backup.library.rename("p6", to: "on the restored server")
        try sync(a, with: server)
        for cut in 0..<40 {
            var exchanges = 0
            let isDone = try? sync(a, with: backup) {
                exchanges += 1
                return exchanges > cut / 2 ? (cut.isMultiple(of: 2) ? .requestLost : .replyLost) : .none
            }
            if isDone != nil { break }
        }
        try sync(a, with: backup)
        #expect(try backup.library.show("p5").body == "two")
        #expect(try a.library.show("on the restored server").body == "text 6")
        #expect(try a.digest == backup.digest)
        #expect(try a.replica.examine(deep: true).isEmpty && backup.replica.examine(deep: true).isEmpty)
    }
}

extension Node {
    fileprivate func production(of name: String) throws -> RowID? {
        try replica.read { reading in
            try reading.prompts(named: name).first.flatMap { try reading.labels(of: $0.id)["production"] }
        }
    }
}
