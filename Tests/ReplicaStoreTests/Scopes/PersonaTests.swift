import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import Testing

/// A server that reads and writes for somebody shows and takes what that person's own node would hold and send.
@Suite("Scopes: acting for somebody")
struct PersonaTests {
    let team: Troupe

    init() throws {
        team = try Troupe([("ann", .owner), ("bob", .member), ("vic", .viewer), ("gus", nil)])
        let ann = try team["ann"]
        for (name, project, isPrivate) in [
            ("open", nil, false), ("planned", "plans", false), ("ann's own", nil, true),
            ("ann's in plans", "plans", true), ("shared", nil, true), ("gone", nil, true),
        ] {
            var prompt = NewPrompt(name: name, body: "text of \(name)")
            (prompt.project, prompt.isPrivate, prompt.tags) = (
                project, isPrivate, name == "gone" ? [] : ["tag of \(name)"]
            )
            prompt.category = "category of \(name)"
            _ = try ann.create(prompt)
        }
        _ = try ann.delete("gone")
        _ = try ann.createGroup("all")
        _ = try ann.createGroup("shown", isPrivate: true)
        try ann.place("open", in: "all", .last)
        try ann.place("shared", in: "shown", .last)
        try team.sync("ann")
        var own = NewPrompt(name: "bob's own", body: "text of bob's own")
        own.isPrivate = true
        _ = try team["bob"].create(own)
        try team.settle()
    }

    private func group() throws -> RowID { try #require(RowID(hex: team["ann"].group("shown").id)) }
    private func project() throws -> RowID { try #require(RowID(hex: team["ann"].project("plans").id)) }

    /// The server's library for somebody.
    private func served(_ name: String) throws -> Library {
        let persona = Persona(actor: try team.actor(name), user: try team.user(name), name: name, email: nil)
        return Library(team.server.replica.acting(as: persona))
    }

    /// All that can be listed.
    private func shown(_ library: Library) throws -> [String] {
        try library.replica.updateSearchIndex()
        var filter = PromptFilter()
        filter.archived = .shown
        let prompts = try library.list(filter).items
        return try prompts.map { "prompt \($0.name) in \($0.project ?? "-")" }
            + library.groups().items.map { "group \($0.name) of \($0.prompts)" }
            + library.projects().items.map { "project \($0.name) of \($0.prompts)" }
            + library.trash().items.map { "deleted \($0.name)" }
            + library.search("text").items.map { "found \($0.prompt.name)" }.sorted()
            + library.states(filter, by: PromptOrder(), Stretch(offset: 0, limit: 100)).items.map {
                "state \($0.prompt.name)"
            }
            + [Nameable.prompt, .group, .project, .tag, .category].flatMap { kind in
                try library.names(of: kind, startingWith: "").map { "name \($0.name)" }
            }
    }

    private func expectSameAsNodes() throws {
        for name in ["ann", "bob", "vic", "gus"] {
            try team.sync(name)
            let (there, here) = (try shown(served(name)), try shown(team[name]))
            #expect(
                there == here,
                "\(name): \(there.filter { !here.contains($0) }) \(here.filter { !there.contains($0) }) \(there.count) \(here.count)"
            )
        }
    }

    @Test("Each sees what their own node holds, whatever is private, restricted or shared")
    func sight() throws {
        #expect(try shown(served("bob")).contains("prompt bob's own in -"))
        #expect(
            try !shown(served("bob")).contains { $0.contains("ann's") || $0.contains("shared") || $0.contains("gone") })
        try expectSameAsNodes()
        let (group, project) = try (group(), project())
        team.change("gus") { $0.shares = [group: .read] }
        team.change("vic") { $0.shares = [group: .edit] }
        team.change("bob") { $0.hidden = [project] }
        try expectSameAsNodes()
        #expect(try shown(served("gus")).contains("prompt shared in -"))
        #expect(try !shown(served("bob")).contains { $0.contains("plan") })
    }

    @Test("Each writes what they might push, and is refused what would be refused")
    func writing() throws {
        let group = try group()
        team.change("gus") { $0.shares = [group: .edit] }
        let refused = ReplicaError(.denied, "")
        #expect(throws: refused) { try served("vic").create(NewPrompt(name: "vic's", body: "x")) }
        #expect(throws: refused) { try served("vic").tag("open", ["t"]) }
        #expect(throws: refused) { try served("vic").save("x", from: served("vic").editBase("open")) }
        #expect(throws: refused) { try served("vic").delete("open") }
        #expect(throws: refused) { try served("vic").createGroup("vic's") }
        #expect(throws: refused) { try served("gus").delete("shared") }
        #expect(throws: refused) { try served("gus").point("production", of: "shared", at: nil) }
        #expect(throws: LibraryError(.notFound, "")) { try served("gus").tag("open", ["t"]) }
        #expect(throws: LibraryError(.notFound, "")) { try served("bob").tag("ann's own", ["t"]) }
        try served("vic").favourite("open")
        try served("gus").tag("shared", ["by gus"])
        #expect(try served("ann").show("shared").prompt.tags == ["by gus", "tag of shared"])
        // A name that somebody uses whose prompt can't be seen is free.
        _ = try served("bob").create(NewPrompt(name: "ann's own", body: "bob's"))
        team.change("bob") { $0.permissions = .read }
        #expect(throws: refused) { try served("bob").favourite("open") }
        let faults = try team.server.replica.examine(deep: true)
        let names = try served("ann").list().items.map { "\($0.name) \($0.id)" }
        #expect(faults.isEmpty, "\(faults) \(names)")
    }

    @Test("What is refused in the middle leaves nothing")
    func wholes() throws {
        #expect(throws: ReplicaError(.denied, "")) {
            try served("vic").atomically { library in
                try library.favourite("open")
                try library.tag("open", ["t"])
            }
        }
        #expect(try !served("vic").show("open").prompt.isFavourite)
    }

    @Test("What is written for somebody is theirs, and reaches every node")
    func authorship() throws {
        let base = try served("bob").editBase("open")
        #expect(try served("bob").save("changed over there", from: base) == .saved("v2"))
        try team.settle()
        #expect(try team["ann"].show("open").body == "changed over there")
        let version = try team["ann"].history("open").items[0]
        #expect(version.author == "bob" && version.node == "server")
        try team.settle()
        for name in ["ann", "bob", "vic"] { #expect(try team.isInStep(name), "\(name)") }
    }
}
