import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// Access is taken away while its holder is offline and has edits that were not sent: nothing of what was
/// revoked stays in the files, the edits are set aside, nothing else is lost, and it can be given back.
@Suite("Scopes: revocation")
struct RevocationTests {
    enum Kind: CaseIterable {
        case unshared
        case projectRemoved
        case madePrivate
        case memberRemoved
    }

    let team: Troupe
    private static let revoked = "the body that was revoked 7a1f"
    private static let unsent = "an edit that was not sent c03d"

    init() throws { team = try Troupe([("ann", .owner), ("bob", .member), ("gus", nil)]) }

    private func prepare(_ kind: Kind) throws -> (holder: String, scope: RowID) {
        let ann = try team["ann"]
        _ = try ann.create(NewPrompt(name: "plain", body: "stays"))
        var prompt = NewPrompt(name: "secret", body: Self.revoked)
        prompt.project = "plans"
        prompt.isPrivate = kind == .unshared
        prompt.tags = ["tag-of-the-revoked"]
        _ = try ann.create(prompt)
        _ = try ann.createGroup("shown", isPrivate: true)
        try ann.place(kind == .unshared ? "secret" : "plain", in: "shown", .last)
        try team.sync("ann")
        let id = kind == .unshared ? try ann.groups().items[0].id : try ann.project("plans").id
        let scope = try #require(RowID(hex: id))
        let holder = kind == .unshared ? "gus" : "bob"
        if kind == .unshared { team.change("gus") { $0.shares = [scope: .edit] } }
        try team.sync(holder)
        #expect(try team[holder].show("secret").body == Self.revoked)
        return (holder, scope)
    }

    private func revoke(_ kind: Kind, _ holder: String, _ scope: RowID) throws {
        switch kind {
        case .unshared: team.change(holder) { $0.shares = [:] }
        case .projectRemoved: team.change(holder) { $0.hidden = [scope] }
        case .memberRemoved: team.change(holder) { $0.role = nil }
        case .madePrivate:
            var change = PromptChange()
            change.isPrivate = true
            _ = try team["ann"].change("secret", change)
            try team.sync("ann")
        }
    }

    private func giveBack(_ kind: Kind, _ holder: String, _ scope: RowID) throws {
        switch kind {
        case .unshared: team.change(holder) { $0.shares = [scope: .read] }
        case .projectRemoved: team.change(holder) { $0.hidden = [] }
        case .memberRemoved: team.change(holder) { $0.role = .viewer }
        case .madePrivate:
            var change = PromptChange()
            change.isPrivate = false
            _ = try team["ann"].change("secret", change)
            try team.sync("ann")
        }
    }

    @Test(arguments: Kind.allCases)
    func nothingStaysAndNothingElseIsLost(_ kind: Kind) throws {
        let (holder, scope) = try prepare(kind)
        let library = try team[holder]
        _ = try library.save(Self.unsent, from: library.editBase("secret"))
        try library.setPreference("list.sort", "name")
        try revoke(kind, holder, scope)
        let summary = try team.sync(holder)
        #expect(summary.lostAccess == (kind == .memberRemoved || kind == .unshared))
        #expect(try !team.prompts(holder).contains("secret"))
        for text in [Self.revoked, "tag-of-the-revoked"] { #expect(try !team.holds(holder, text), "\(text)") }
        // The edit is set aside, whole, and can be read.
        let orphans = try team.orphans(holder)
        #expect(orphans.contains { $0.table == "versions" && $0.values["body"] == Self.unsent })
        #expect(try team.server.library.show("secret").body == Self.revoked)
        #expect(try library.preference(.listSort) == "name")
        #expect(try team.node(holder).replica.examine(deep: true).isEmpty)
        // Nothing else is lost, anywhere.
        #expect(try team.prompts("ann") == ["plain", "secret"])
        if kind == .projectRemoved || kind == .madePrivate { #expect(try library.show("plain").body == "stays") }
        try giveBack(kind, holder, scope)
        try team.sync(holder)
        #expect(try library.show("secret").body == Self.revoked)
        #expect(try library.show("secret").prompt.tags == ["tag-of-the-revoked"])
        #expect(try team.isInStep(holder))
        #expect(try team.orphans(holder).count >= orphans.count, "nobody has looked at them yet")
    }

    @Test("a role that is lowered denies what was written before, and the server's state is back")
    func lowered() throws {
        let (holder, _) = try prepare(.projectRemoved)
        let library = try team[holder]
        _ = try library.save(Self.unsent, from: library.editBase("secret"))
        _ = try library.create(NewPrompt(name: "new", body: "new"))
        team.change(holder) { $0.role = .viewer }
        let summary = try team.sync(holder)
        #expect(summary.denials.contains { $0.table == "versions" && $0.reason.contains("viewer") })
        #expect(try library.show("secret").body == Self.revoked)
        #expect(try team.prompts(holder) == ["plain", "secret"])
        #expect(try team.orphans(holder).contains { $0.values["body"] == Self.unsent })
        #expect(try team.isInStep(holder))
        #expect(try team.sync(holder).denials.isEmpty, "nothing of it is tried again")
        // What is set aside goes once it may.
        team.change(holder) { $0.role = .member }
        _ = try library.acceptOrphans(nil)
        #expect(try team.sync(holder).denials.isEmpty)
        #expect(try team.server.library.list().items.map(\.name).contains("new"))
    }

    @Test("a move that was not sent keeps nothing of what was revoked")
    func moved() throws {
        let (holder, scope) = try prepare(.projectRemoved)
        var change = PromptChange()
        change.project = ""
        _ = try team[holder].change("secret", change)
        try revoke(.projectRemoved, holder, scope)
        #expect(try team.sync(holder).denials.map(\.table) == ["prompts"])
        #expect(try team.prompts(holder) == ["plain"])
        #expect(try !team.holds(holder, Self.revoked))
        #expect(try team.isInStep(holder))
    }

    @Test("cut anywhere, a revocation is carried out by the next sync")
    func cut() throws {
        for cutAfter in 0..<8 {
            let team = try RevocationTests()
            let (holder, scope) = try team.prepare(.projectRemoved)
            let library = try team.team[holder]
            _ = try library.save(Self.unsent, from: library.editBase("secret"))
            try team.revoke(.projectRemoved, holder, scope)
            var exchanges = 0
            _ = try? team.team.sync(holder) {
                exchanges += 1
                return exchanges > cutAfter / 2 ? (cutAfter.isMultiple(of: 2) ? .requestLost : .replyLost) : .none
            }
            try team.team.sync(holder)
            #expect(try !team.team.holds(holder, Self.revoked))
            #expect(try team.team.orphans(holder).contains { $0.values["body"] == Self.unsent })
            #expect(try team.team.isInStep(holder))
        }
    }

    @Test("taken away and given back, with no whole sync between: all of it is there again")
    func regained() throws {
        let (holder, scope) = try prepare(.projectRemoved)
        try revoke(.projectRemoved, holder, scope)
        var exchanges = 0
        _ = try? team.sync(holder) {
            exchanges += 1
            return exchanges > 1 ? .requestLost : .none
        }
        #expect(try team.prompts(holder) == ["plain"])
        team.change(holder) { $0.hidden = [] }
        #expect(try team.sync(holder).repaired == 0, "a pull brings it, and no comparison")
        #expect(try team.prompts(holder) == ["plain", "secret"])
        #expect(try team[holder].show("secret").body == Self.revoked)
        #expect(try team.isInStep(holder))
    }

    @Test("while a sync is on its way: what was got under another view does not count")
    func midway() throws {
        let (holder, scope) = try prepare(.projectRemoved)
        for number in 0..<20 { _ = try team["ann"].create(NewPrompt(name: "p\(number)", body: "\(number)")) }
        try team.sync("ann")
        _ = try team[holder].create(NewPrompt(name: "own", body: "unsent"))
        var client = try ClientSync(team.node(holder).replica)
        var request: SyncRequest? = try client.start()
        var exchanges = 0
        while let next = request {
            exchanges += 1
            if exchanges == 2 { team.change(holder) { $0.hidden = [scope] } }
            do {
                request = try client.receive(ServerSync(team.server.replica, by: team.actor(holder)).handle(next))
            } catch let refusal as SyncRefusal {
                request = try client.receive(refusal)
            }
        }
        #expect(try !team.holds(holder, Self.revoked))
        #expect(try team.isInStep(holder))
        #expect(exchanges > 2)
        #expect(try team.prompts(holder).count == 22)
    }
}
