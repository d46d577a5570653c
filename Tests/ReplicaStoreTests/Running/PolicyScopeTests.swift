import AccessControl
import Changesets
import Policies
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// Who holds policies and what went against them, through a server that asks.
@Suite("Scopes: policies")
struct PolicyScopeTests {
    let troupe: Troupe
    let policy: RowID

    init() throws {
        troupe = try Troupe([("ann", .owner), ("bob", .member), ("dan", .admin), ("vic", .viewer)])
        var change = PolicyChange()
        change.action = .block
        let view = try troupe["ann"].addPolicy("No keys", .pii, change)
        policy = try #require(view.rowID)
        try troupe.settle()
    }

    private func violation(_ found: String) -> NewViolation {
        var new = NewViolation(policy: policy, kind: "email", severity: .high, action: .block, side: .input)
        new.found = found
        return new
    }

    private func library(_ name: String) throws -> Library {
        let persona = Persona(actor: try troupe.actor(name), user: try troupe.user(name), name: name, email: nil)
        return Library(troupe.server.replica.acting(as: persona))
    }

    @Test("everybody holds them, and admins alone write them; what others wrote comes to their orphans")
    func policies() throws {
        for name in ["ann", "bob", "dan", "vic"] {
            #expect(try troupe[name].standingPolicies().map(\.name) == ["No keys"], "\(name)")
        }
        var weaker = PolicyChange()
        weaker.isActive = false
        _ = try troupe["bob"].changePolicy("No keys", weaker)
        _ = try troupe["bob"].addPolicy("Bob's", .toxicity, PolicyChange())
        try troupe.settle()
        #expect(try troupe["bob"].standingPolicies().map(\.name) == ["No keys"])
        #expect(try Set(troupe.orphans("bob").map(\.table)) == ["policies"])
        #expect(throws: ReplicaError(.denied, "")) { try library("bob").removePolicy("No keys") }
        _ = try troupe["dan"].changePolicy("No keys", weaker)
        try troupe.settle()
        #expect(try troupe["bob"].standingPolicies().isEmpty && library("ann").standingPolicies().isEmpty)
    }

    @Test("what went against one is held by whoever called and by the admins, and by nobody else; the same by REST")
    func seen() throws {
        try troupe["bob"].record([violation("only of bob")])
        try troupe["vic"].record([violation("only of vic")])
        try troupe.settle()
        for (name, count) in [("ann", 2), ("dan", 2), ("bob", 1), ("vic", 1)] {
            #expect(try troupe[name].violations().items.count == count, "\(name)")
            #expect(try library(name).violations().items.count == count, "\(name)")
        }
        #expect(try !troupe.holds("bob", "only of vic") && troupe.holds("ann", "only of vic"))
        #expect(try troupe.isInStep("ann") && troupe.isInStep("bob") && troupe.isInStep("vic"))
    }

    @Test("admins say what becomes of it, offline too; whoever called does not, and neither forges nor deletes one")
    func triage() throws {
        try troupe["bob"].record([violation("x")])
        try troupe.settle()
        let id = try troupe["dan"].violations().items[0].id
        try troupe["dan"].triage(id, .falsePositive, notes: "a test address")
        #expect(throws: ReplicaError(.denied, "")) { try library("bob").triage(id, .resolved) }
        try troupe.settle()
        let seen = try troupe["bob"].violation(id)
        #expect(seen.status == "false_positive" && seen.notes == "a test address" && seen.resolvedBy == "dan")
        try troupe["bob"].triage(id, .open)
        try troupe.settle()
        #expect(try troupe["bob"].violation(id).status == "false_positive")
        let forger = Forger(troupe, as: "bob")
        let user = try troupe.user("bob")
        let resolved = forger.row(
            .violations, .uuid7(at: 3), ["user_id": .blob(user), "status": .text("resolved")])
        let vic = try troupe.user("vic")
        let another = forger.row(
            .violations, .uuid7(at: 4), ["user_id": .blob(vic), "status": .text("open")])
        let admin = try troupe.user("dan")
        let preset: [[String: Value]] = [["resolved_by": .blob(admin)], ["notes": .text("by legal")]]
        let touched = preset.enumerated().map { number, values in
            let own: [String: Value] = ["user_id": .blob(user), "status": .text("open")]
            return forger.row(.violations, .uuid7(at: 5 + Int64(number)), own.merging(values) { $1 })
        }
        for row in [resolved, another] + touched { #expect(try forger.push([row])[0] != nil, "\(row)") }
    }

    @Test("who becomes an admin sees them, who is none any more loses them, and nobody is let in by a group of that id")
    func roles() throws {
        try troupe["bob"].record([violation("of bob")])
        try troupe.settle()
        troupe.change("vic") { $0.role = .admin }
        try troupe.settle()
        #expect(try troupe["vic"].violations().items.count == 1)
        troupe.change("vic") { $0.role = .member }
        try troupe.settle()
        #expect(try troupe["vic"].violations().items.isEmpty && !troupe.holds("vic", "of bob"))
        let forger = Forger(troupe, as: "vic")
        let group = forger.row(
            .groups, .admins, ["name": .text("mine"), "visibility": .text("workspace")])
        #expect(try forger.push([group])[0] != nil)
        let view = ReadView(isMember: true)
        #expect(Actor(account: "x", view: view, role: .member, groups: [.admins: .edit]).view.groups.isEmpty)
    }

    @Test("of one call, each is there once, however often it is made")
    func once() throws {
        var new = violation("x")
        new.requestID = "job:1"
        try troupe["bob"].record([new, new])
        try troupe["bob"].record([new])
        new.kind = "phone"
        try troupe["bob"].record([new])
        #expect(try troupe["bob"].violations().items.map(\.kind).sorted() == ["email", "phone"])
    }

    @Test("a purged prompt takes them with it")
    func purged() throws {
        let prompt = try troupe["bob"].create(NewPrompt(name: "p", body: "x"))
        var new = violation("of a prompt")
        new.prompt = RowID(hex: prompt.id)
        try troupe["bob"].record([new])
        try troupe.settle()
        #expect(try troupe["ann"].violations(ViolationQuery(prompt: "p")).items.count == 1)
        _ = try troupe["ann"].purge(troupe["ann"].promptToPurge("p"), reason: "gone")
        try troupe.settle()
        #expect(try troupe["bob"].violations().items.isEmpty && troupe.server.library.violations().items.isEmpty)
    }
}
