import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// A row that its author may not write reaches others by a file before anybody syncs.
@Suite("Scopes: a denied row that travelled by file first")
struct CarriedTests {
    let troupe: Troupe

    init() throws {
        troupe = try Troupe([("ann", .owner), ("bob", .member), ("vic", .viewer), ("viv", .viewer)])
        _ = try troupe["ann"].create(NewPrompt(name: "greeting", body: "as it was"))
        try troupe.settle()
        // A viewer edits offline, and hands it on.
        let vic = try troupe["vic"]
        _ = try vic.save("vic's words", from: vic.editBase("greeting"))
        for name in ["bob", "viv"] { _ = try troupe.node(name).replica.join(troupe.node("vic").exported()) }
        for name in ["bob", "viv"] { #expect(try troupe[name].show("greeting").body == "vic's words") }
    }

    private func expectRefused(_ name: String) throws {
        let summary = try troupe.sync(name)
        #expect(summary.denials.contains { $0.table == "versions" && $0.reason.contains("viewer") }, "\(name)")
        #expect(try troupe[name].show("greeting").body == "as it was", "\(name)")
        #expect(try troupe[name].history("greeting").items.count == 1, "\(name)")
        #expect(
            try troupe.orphans(name).contains { $0.table == "versions" && $0.values["body"] == "vic's words" },
            "\(name)")
        #expect(try troupe.isInStep(name), "\(name)")
    }

    @Test("the author and a viewer return to the server's state, with the text in their orphans")
    func refused() throws {
        for name in ["vic", "viv"] { try expectRefused(name) }
        #expect(try troupe.server.library.show("greeting").body == "as it was")
        #expect(try troupe.server.replica.read { try $0.carriedRows() }.isEmpty)
        for name in ["vic", "viv"] { #expect(try troupe.node(name).replica.examine(deep: true).isEmpty) }
    }

    @Test("a member who pushes it answers for it; the author gets it back by a pull")
    func answered() throws {
        try expectRefused("vic")
        let summary = try troupe.sync("bob")
        #expect(summary.denials.filter { $0.table != "users" && $0.table != "nodes" }.isEmpty)
        #expect(try troupe.server.library.show("greeting").body == "vic's words")
        let version = try #require(try troupe["bob"].history("greeting").items.first { $0.number == 2 })
        let id = try #require(RowID(hex: version.id))
        let carried = try troupe.server.replica.read { try $0.carriedRows(of: id) }
        #expect(carried.map(\.account) == ["bob"])
        #expect(carried.first?.authorUser == (try troupe.user("vic")))
        #expect(carried.first?.authorReplica == (try troupe.node("vic").replica.clientIdentity().replica))
        #expect(carried.first?.replica == (try troupe.node("bob").replica.clientIdentity().replica))
        for name in ["vic", "viv", "ann"] {
            try troupe.sync(name)
            #expect(try troupe[name].show("greeting").body == "vic's words", "\(name)")
            #expect(try troupe.isInStep(name), "\(name)")
        }
    }
}
