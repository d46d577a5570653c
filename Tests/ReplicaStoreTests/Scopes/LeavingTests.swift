import AccessControl
import Changesets
import PromptLibrary
import PromptTemplates
import ReplicaStore
import SyncEngine
import Testing

/// Rows that leave in the company of others, and work that will never be sent: each of these was found by the
/// simulator.
@Suite("Scopes: what leaves with what, and what must not pass for collected")
struct LeavingTests {
    let clock = TestClock()
    let team: Troupe
    private let secret = "a fact of the secret 51be"

    init() throws { team = try Troupe([("ann", .owner), ("bob", .member), ("vic", .viewer)], clock: clock) }

    private func make(_ names: String...) throws {
        for name in names { _ = try team["ann"].create(NewPrompt(name: name, body: "text of \(name)")) }
        try team.settle()
    }

    /// In a project.
    private func plan() throws {
        var prompt = NewPrompt(name: "plan", body: "text of plan")
        prompt.project = "plans"
        _ = try team["ann"].create(prompt)
        try team.settle()
    }

    private func hide(_ prompt: String) throws {
        var change = PromptChange()
        change.isPrivate = true
        _ = try team["ann"].change(prompt, change)
    }

    /// Everybody but those named syncs now and then.
    private func pass(_ days: Int64, without absent: Set<String> = []) throws {
        for _ in 0..<4 {
            clock.now += days * CollectionTerms.day / 4
            for name in team.people.keys.sorted() where !absent.contains(name) { try team.sync(name) }
        }
    }

    private func facts(_ node: Node) throws -> [String] {
        try node.query("SELECT value FROM metadata ORDER BY value").map { $0[0] }
    }

    @Test("a row that went to another prompt leaves with it", arguments: [true, false])
    func moved(atOnce: Bool) throws {
        try make("open", "closed")
        _ = try team["ann"].setMetadata("open", "fact", "public")
        try team.settle()
        try team.node("ann").sqlite(
            """
            REPLACE INTO metadata (id, prompt_id, "key", value)
            SELECT id, (SELECT id FROM prompts WHERE name = 'closed'), 'fact', '\(secret)' FROM metadata
            """)
        if !atOnce { try team.sync("ann") }
        try hide("closed")
        try team.sync("ann")
        try team.sync("bob")
        #expect(try team.prompts("bob") == ["open"])
        #expect(try facts(team.node("bob")).isEmpty)
        #expect(try team.isInStep("bob"))
        #expect(try facts(team.node("ann")) == [secret])
    }

    @Test("with a row that was denied, and that the server does not show, goes what the journal says of it")
    func journal() throws {
        try plan()
        _ = try team["ann"].rename("plan", to: "plan of ann")
        _ = try team["bob"].rename("plan", to: secret)
        try team.settle()
        #expect(try team.node("bob").rows(of: "conflicts") == 1)
        var change = PromptChange()
        change.project = ""
        _ = try team["bob"].change(team.prompts("bob")[0], change)
        let project = try #require(try RowID(hex: team["ann"].project("plans").id))
        team.change("bob") { $0.hidden = [project] }
        #expect(try team.sync("bob").denials.map(\.table) == ["prompts"])
        #expect(try team.node("bob").rows(of: "conflicts") == 0)
        #expect(try team.isInStep("bob"))
    }

    @Test("an edit that was refused is not taken for collected, when the row it was made to has been")
    func refused() throws {
        try make("greeting")
        _ = try team["ann"].setMetadata("greeting", "tone", "warm")
        try team.settle()
        _ = try team["vic"].setMetadata("greeting", "tone", "cool")
        _ = try team.node("bob").replica.join(team.node("vic").exported())
        #expect(try team.sync("vic").denials.contains { $0.table == "metadata" })
        _ = try team["ann"].unsetMetadata("greeting", "tone")
        try pass(95, without: ["bob"])
        _ = try team.server.replica.collect()
        #expect(try team.server.rows(of: "row_clocks WHERE tbl = \(SyncedTable.metadata.number)") == 0)
        // Who deleted it had not seen this edit, and who brings it may make it.
        try team.sync("bob")
        try pass(1)
        for node in [team.server, try team.node("ann")] { #expect(try facts(node) == ["cool"]) }
        #expect(try team.server.rows(of: "refused") == 0, "it has been taken")
        // Deleted once more, with all that is known of it, it stays away.
        let file = try team.node("bob").exported()
        _ = try team["ann"].unsetMetadata("greeting", "tone")
        try pass(95)
        _ = try team.server.replica.collect()
        _ = try team.node("ann").replica.join(file)
        try pass(1)
        #expect(try facts(team.server).isEmpty)
    }

    @Test("an earlier edit of what was refused is not taken for collected")
    func refusedBefore() throws {
        try make("greeting", "old")
        _ = try team["vic"].setMetadata("greeting", "tone", "cool")
        _ = try team.node("bob").replica.join(team.node("vic").exported())
        _ = try team["vic"].setMetadata("greeting", "tone", "cold")
        #expect(try team.sync("vic").denials.contains { $0.table == "metadata" })
        _ = try team["ann"].delete("old")
        try pass(95, without: ["bob"])
        #expect(try team.server.replica.collect().rows > 0)
        try team.sync("bob")
        try pass(1)
        for node in [team.server, try team.node("ann")] { #expect(try facts(node) == ["cool"]) }
        // What has been taken, and is deleted then, is not refused any more.
        let file = try team.node("bob").exported()
        _ = try team["ann"].unsetMetadata("greeting", "tone")
        try pass(95)
        _ = try team.server.replica.collect()
        _ = try team.node("ann").replica.join(file)
        try pass(1)
        #expect(try facts(team.server).isEmpty)
    }

    @Test("of what was collected, only the edit that was refused is let in")
    func refusedAnew() throws {
        try make("greeting")
        _ = try team["ann"].setMetadata("greeting", "tone", "warm")
        try team.settle()
        let file = try team.node("vic").exported()
        _ = try team["ann"].unsetMetadata("greeting", "tone")
        try pass(95, without: ["vic"])
        _ = try team.server.replica.collect()
        // The whole row comes, and is refused.
        _ = try team["vic"].setMetadata("greeting", "tone", "cool")
        #expect(try team.sync("vic").denials.contains { $0.table == "metadata" })
        // What was taken, deleted and collected before is that still.
        _ = try team.node("bob").replica.join(file)
        try pass(1)
        #expect(try facts(team.server).isEmpty)
    }

    @Test("work that was set aside unsent is not taken for collected, where somebody else has it from a file")
    func setAside() throws {
        try plan()
        try make("open", "old")
        _ = try team["bob"].setMetadata("plan", "fact", secret)
        let file = try team.node("bob").exported()
        let project = try #require(try RowID(hex: team["ann"].project("plans").id))
        team.change("bob") { $0.hidden = [project] }
        let summary = try team.sync("bob")
        #expect(summary.losses.setAside > 0)
        #expect(!summary.wasReparented, "it is no copy")
        #expect(try !team.holds("bob", "text of plan"))
        // All that bob did is acknowledged, and then something is collected.
        _ = try team["bob"].setMetadata("open", "fact", "later")
        _ = try team["ann"].delete("old")
        try team.settle()
        // The server waits that long for the id that bob had.
        try pass(95)
        #expect(try team.server.replica.collect().rows > 0)
        try pass(1)
        _ = try team.node("ann").replica.join(file)
        try pass(1)
        for node in [team.server, try team.node("ann")] { #expect(try facts(node) == [secret, "later"]) }
    }

    @Test("what was noted of a prompt comes back with it, for whoever may see that then", arguments: [true, false])
    func notes(isHidden: Bool) throws {
        _ = try team["bob"].create(NewPrompt(name: "greeting", body: "text of greeting"))
        try plan()
        let use = MeasuredUse(provider: "stub", model: "m")
        _ = try team["ann"].recordTestRun(
            of: "greeting", NewTestRun(version: nil, input: .null, output: secret, use: use))
        try team.settle()
        _ = try team["ann"].delete("greeting")
        try pass(95, without: ["bob"])
        #expect(try team.server.replica.collect().rows > 0)
        try pass(1, without: ["bob"])
        #expect(try team.node("vic").rows(of: "test_runs") == 0, "it is a note of ann's while the prompt is gone")
        // Whoever may see something else then, and what of it is here, is found anew.
        let project = try #require(try RowID(hex: team["ann"].project("plans").id))
        team.change("vic") { $0.hidden = [project] }
        try team.sync("vic")
        var change = PromptChange()
        change.description = "brought back"
        change.isPrivate = isHidden ? true : nil
        _ = try team["bob"].change("greeting", change)
        try pass(1)
        for name in ["bob", "vic"] {
            let runs = try team.node(name).query("SELECT output FROM test_runs").map { $0[0] }
            #expect(try runs == (team.prompts(name).contains("greeting") ? [secret] : []), "\(name)")
            #expect(try team.isInStep(name))
        }
        #expect(try team.prompts("vic").contains("greeting") != isHidden)
    }

    @Test("who loses all access again and again gets no end of new names")
    func again() throws {
        try make("open")
        team.change("bob") { $0.role = nil }
        for number in 0..<3 {
            _ = try team["bob"].create(NewPrompt(name: "mine \(number)", body: "x"))
            #expect(try team.sync("bob").lostAccess)
            let name = try team.node("bob").replica.clientIdentity().replica
            for _ in 0..<3 { #expect(try team.sync("bob").lostAccess) }
            #expect(try team.node("bob").replica.clientIdentity().replica == name)
        }
        team.change("bob") { $0.role = .member }
        try team.settle()
        #expect(try team.prompts("bob") == ["open"])
        #expect(try team.isInStep("bob"))
        #expect(try team.orphans("bob").filter { $0.table == "prompts" }.count == 3)
    }

    @Test("what was sent of a prompt that is not here goes with the right to see that")
    func withoutRoot() throws {
        try make("open", "other")
        _ = try team["ann"].createGroup("shown")
        try team["ann"].place("other", in: "shown", .last)
        try team.settle()
        let group = try #require(try RowID(hex: team["ann"].groups().items[0].id))
        let open = try team["ann"].show("open").prompt.id
        team.change("bob") {
            $0.role = nil
            $0.shares = [group: .edit]
        }
        try team.sync("bob")
        #expect(try team.prompts("bob") == ["other"])
        // As a file brings it that holds only what is new.
        try team.node("bob").sqlite(
            "INSERT INTO metadata (id, prompt_id, key, value) VALUES (x'\(RowID.uuid7(at: 9).hex)', x'\(open)', 'fact', '\(secret)')"
        )
        team.change("bob") { $0.role = .member }
        var exchanges = 0
        _ = try? team.sync("bob") {
            exchanges += 1
            return exchanges > 2 ? .requestLost : .none
        }
        #expect(try facts(team.server) == [secret], "it was sent, and nothing has come yet")
        #expect(try team.prompts("bob") == ["other"])
        team.change("bob") { $0.role = nil }
        try team.sync("bob")
        #expect(try facts(team.node("bob")).isEmpty)
        #expect(try !team.holds("bob", secret))
        #expect(try team.isInStep("bob"))
        team.change("bob") { $0.role = .member }
        try team.sync("bob")
        #expect(try facts(team.node("bob")) == [secret])
    }

    @Test("what was sent, and is elsewhere where it was sent to, goes with the right to see that")
    func elsewhere() throws {
        try make("open", "closed")
        _ = try team["ann"].setMetadata("open", "fact", "public")
        _ = try team["ann"].createGroup("shown")
        try team["ann"].place("open", in: "shown", .last)
        try team.settle()
        let former = try team.node("ann").exported()
        try team.node("ann").sqlite(
            "UPDATE metadata SET value = '\(secret)', prompt_id = (SELECT id FROM prompts WHERE name = 'closed')")
        try team.settle()
        let group = try #require(try RowID(hex: team["ann"].groups().items[0].id))
        func leave() throws {
            team.change("bob") {
                $0.role = nil
                $0.shares = [group: .edit]
            }
            try team.sync("bob")
        }
        try leave()
        _ = try team.node("bob").replica.join(former)
        #expect(try facts(team.node("bob")) == ["public"])
        team.change("bob") { $0.role = .member }
        var exchanges = 0
        _ = try? team.sync("bob") {
            exchanges += 1
            return exchanges > 2 ? .requestLost : .none
        }
        #expect(try facts(team.node("bob")) == ["public"], "it was sent, and nothing has come yet")
        try leave()
        #expect(try facts(team.node("bob")).isEmpty)
        #expect(try team.isInStep("bob"))
        team.change("bob") { $0.role = .member }
        try team.sync("bob")
        #expect(try facts(team.node("bob")) == [secret])
        #expect(try team.isInStep("bob"))
    }

    @Test("what a prompt leaves behind where it was held by an entry that is denied", arguments: [true, false])
    func heldByEntry(isAlive: Bool) throws {
        try make("open")
        try team["ann"].tag("open", ["one"])
        _ = try team["ann"].setMetadata("open", "fact", "old")
        _ = try team["ann"].createGroup("shown")
        try team.settle()
        let group = try #require(try RowID(hex: team["ann"].groups().items[0].id))
        _ = try team["ann"].untag("open", ["one"])
        if isAlive { _ = try team["ann"].setMetadata("open", "fact", secret) }
        _ = try team.node("bob").replica.join(team.node("ann").exported())
        try team.sync("ann")
        try team["bob"].place("open", in: "shown", .last)
        team.change("bob") {
            $0.role = nil
            $0.shares = [group: .edit]
        }
        try team.sync("bob")
        #expect(try team.prompts("bob").isEmpty)
        #expect(try team.node("bob").rows(of: "row_clocks WHERE tbl IN (5, 6, 7, 8, 9)") == 0)
        #expect(try team.isInStep("bob"))
    }
}
