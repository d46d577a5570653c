import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

@Suite("Scopes: who gets what")
struct ScopeReadingTests {
    let team: Troupe

    init() throws {
        team = try Troupe([("ann", .owner), ("bob", .member), ("vic", .viewer), ("gus", nil)])
        let ann = try team["ann"]
        _ = try ann.create(NewPrompt(name: "open", body: "for all"))
        var secret = NewPrompt(name: "ann's own", body: "for ann")
        secret.isPrivate = true
        _ = try ann.create(secret)
        var planned = NewPrompt(name: "planned", body: "for those in the project")
        planned.project = "plans"
        _ = try ann.create(planned)
        try team.settle()
    }

    private func expectInStep() throws {
        for name in ["ann", "bob", "vic"] {
            try team.sync(name)
            #expect(try team.isInStep(name), "\(name)")
            #expect(try team.node(name).replica.examine(deep: true).isEmpty, "\(name)")
            #expect(try team.orphans(name).isEmpty, "\(name)")
        }
    }

    private func project() throws -> RowID { try #require(RowID(hex: team["ann"].project("plans").id)) }

    private func group(_ name: String, by person: String = "ann") throws -> RowID {
        try #require(RowID(hex: team[person].groups().items.first { $0.name == name }?.id ?? ""))
    }

    @Test("members get what is in the workspace and in open projects, and nothing private")
    func members() throws {
        #expect(try team.prompts("ann") == ["ann's own", "open", "planned"])
        #expect(try team.prompts("bob") == ["open", "planned"])
        #expect(try team.prompts("vic") == ["open", "planned"])
        #expect(try !team.holds("bob", "for ann"))
        #expect(try team.server.library.list().items.count == 3)
        try expectInStep()
    }

    @Test("what is made private leaves the others, and comes back when it is not")
    func privacy() throws {
        var change = PromptChange()
        change.isPrivate = true
        _ = try team["ann"].change("open", change)
        try team.sync("ann")
        #expect(try team.sync("bob").losses.rows > 2)
        #expect(try team.prompts("bob") == ["planned"])
        #expect(try !team.holds("bob", "for all"))
        #expect(try team.prompts("ann").contains("open"))
        try expectInStep()
        change.isPrivate = false
        _ = try team["ann"].change("open", change)
        try team.sync("ann")
        #expect(try team.sync("bob").received > 2)
        #expect(try team["bob"].show("open").body == "for all")
        try expectInStep()
    }

    @Test("a move costs what moves, however much there is")
    func cost() throws {
        for number in 0..<200 { _ = try team["ann"].create(NewPrompt(name: "p\(number)", body: "\(number)")) }
        try team.settle()
        let before = try team.server.replica.serverIdentity().head
        var change = PromptChange()
        change.isPrivate = true
        _ = try team["ann"].change("open", change)
        try team.sync("ann")
        // The prompt, its version and its tip, and that it left.
        #expect(try team.server.replica.serverIdentity().head - before <= 6)
        #expect(try team.sync("bob").losses.rows == 3)
    }

    @Test("only who made a prompt makes it private")
    func anothers() throws {
        var change = PromptChange()
        change.isPrivate = true
        #expect(throws: LibraryError.self) { try team["bob"].change("open", change) }
    }

    @Test("what goes into a project that is hidden leaves those who do not see it")
    func intoHidden() throws {
        let project = try project()
        team.change("bob") { $0.hidden = [project] }
        #expect(try team.sync("bob").losses.rows > 2)
        #expect(try team.prompts("bob") == ["open"])
        #expect(try team["bob"].projects().items.isEmpty)
        var change = PromptChange()
        change.project = "plans"
        _ = try team["ann"].change("open", change)
        try team.sync("ann")
        try team.sync("bob")
        #expect(try team.prompts("bob").isEmpty)
        #expect(try !team.holds("bob", "for all"))
        try expectInStep()
        team.change("bob") { $0.hidden = [] }
        try team.sync("bob")
        #expect(try team.prompts("bob") == ["open", "planned"])
        try expectInStep()
    }

    @Test("a shared group opens what is in it, whatever its home, and nothing else of it")
    func sharedGroup() throws {
        _ = try team["ann"].createGroup("shown", isPrivate: true)
        try team["ann"].place("ann's own", in: "shown", .last)
        try team.sync("ann")
        let group = try group("shown")
        try team.sync("bob")
        #expect(try team["bob"].groups().items.isEmpty)
        team.change("bob") { $0.shares = [group: .read] }
        team.change("gus") { $0.shares = [group: .read] }
        try team.sync("bob")
        try team.sync("gus")
        #expect(try team["bob"].show("ann's own").body == "for ann")
        #expect(try team["bob"].groupEntries("shown").items.map(\.prompt) == ["ann's own"])
        #expect(try team.prompts("gus") == ["ann's own"])
        try expectInStep()
        #expect(try team.isInStep("gus"))
        // Out of the group, and out of sight.
        try team["ann"].remove("ann's own", fromGroup: "shown")
        try team["ann"].place("open", in: "shown", .last)
        try team.sync("ann")
        for name in ["bob", "gus"] { try team.sync(name) }
        #expect(try !team.holds("bob", "for ann"))
        #expect(try team.prompts("gus") == ["open"])
        #expect(try !team.holds("gus", "for ann"))
        try expectInStep()
        try team["ann"].deleteGroup("shown")
        try team.sync("ann")
        try team.sync("gus")
        #expect(try team.prompts("gus").isEmpty, "a group that is deleted shares nothing")
        #expect(try !team.holds("gus", "for all"))
        #expect(try team.isInStep("gus"))
    }

    @Test("the journal goes where its row goes")
    func journal() throws {
        try team["bob"].rename("open", to: "open for bob")
        try team["ann"].rename("open", to: "open for ann")
        try team.settle()
        let winner = try #require(try team.prompts("ann").first { $0.hasPrefix("open for") })
        let lost = winner == "open for ann" ? "open for bob" : "open for ann"
        #expect(try team.holds("vic", lost))
        var change = PromptChange()
        change.isPrivate = true
        _ = try team["ann"].change(winner, change)
        try team.sync("ann")
        try team.sync("vic")
        #expect(try !team.holds("vic", lost))
        #expect(try !team["ann"].why(winner).items.isEmpty)
        try expectInStep()
    }

    @Test("a first sync, cut anywhere, gets what may be read and not more")
    func cut() throws {
        var generator = SeededGenerator(seed: 7)
        let late = try Node("late", workspace: team.workspace, in: team.scratch)
        let user = try late.replica.read { try $0.currentUser() }
        let actor = Actor(account: "late", view: ReadView(isMember: true, users: [user]), role: .member)
        for _ in 0..<200 {
            let fault = { Fault.allCases.randomElement(using: &generator) ?? .none }
            if (try? sync(late, with: team.server, as: actor, fault: fault)) != nil { break }
        }
        try sync(late, with: team.server, as: actor)
        #expect(try late.library.list().items.map(\.name).sorted() == ["open", "planned"])
    }
}
