import AccessControl
import Changesets
import PromptLibrary
import PromptTemplates
import ReplicaStore
import SyncEngine
import Testing

/// Who sees and writes what lies under completions, through a server that asks.
@Suite("Scopes: the tables under completions")
struct RunningScopeTests {
    let troupe: Troupe

    init() throws {
        troupe = try Troupe([("ann", .owner), ("bob", .member), ("vic", .viewer)])
        _ = try troupe["ann"].create(NewPrompt(name: "open", body: "Hello"))
        try troupe.settle()
    }

    private static let use = MeasuredUse(
        provider: "stub", model: "small", inputTokens: 1, outputTokens: 1, cost: 10, latency: 5)

    @Test("a job is seen by its user and the server alone, and its answer comes to both of the user's machines")
    func jobs() throws {
        let job = try troupe["bob"].queue(NewJob(request: #"{"q":"only bob asks this"}"#))
        try troupe.settle()
        #expect(try !troupe.holds("ann", "only bob asks this") && troupe["ann"].jobs().items.isEmpty)
        let claim = try #require(try troupe.server.library.claimNextJob(as: .server))
        try troupe.server.library.finishJob(claim, answer: #""only bob hears this""#, use: Self.use)
        try troupe.settle()
        #expect(try troupe["bob"].job(job.id).answer == .text("only bob hears this"))
        #expect(try troupe["bob"].usage(by: .model).items.map(\.name) == ["small"])
        #expect(try !troupe.holds("ann", "only bob hears this") && troupe["ann"].usage(by: .model).items.isEmpty)
        #expect(try troupe.isInStep("ann") && troupe.isInStep("bob"))
    }

    @Test("through the server, admins see the use of all, and nobody another's jobs")
    func personas() throws {
        _ = try troupe["bob"].queue(NewJob(request: "{}"))
        try troupe["bob"].record([UsageEvent(.completion, use: Self.use)])
        try troupe.settle()
        for (name, used, jobs) in [("ann", 1, 0), ("bob", 1, 1), ("vic", 0, 0)] {
            let persona = Persona(actor: try troupe.actor(name), user: try troupe.user(name), name: name, email: nil)
            let library = Library(troupe.server.replica.acting(as: persona))
            #expect(try library.usage(by: .model).items.count == used, "\(name)")
            #expect(try library.jobs().items.count == jobs, "\(name)")
        }
        let ann = Persona(actor: try troupe.actor("ann"), user: try troupe.user("ann"), name: "ann", email: nil)
        let id = try troupe["bob"].jobs().items[0].id
        #expect(throws: LibraryError(.notFound, "")) {
            try Library(troupe.server.replica.acting(as: ann)).cancelJob(id)
        }
    }

    private func state(_ id: String) throws -> RowState {
        let name = RowName(table: "jobs", row: try #require(RowID(hex: id)))
        let page = try troupe.server.replica.states(of: [name], in: .everything).page
        return try #require(try ChangesetPage(encoded: page[...]).batches.first?.rows.first)
    }

    /// What a client writes over a job as the server has it.
    ///
    /// - Parameter second: when: of two writes of one moment either may stay.
    private func push(
        _ id: String, _ values: [String: Value], second: Int64, deleted: Bool = false
    ) throws -> String? {
        let forger = Forger(troupe, as: "bob")
        let row = try forger.row(
            .jobs, #require(RowID(hex: id)), values, over: state(id), time: 1_800_000_000_000 + second * 1000,
            deleted: deleted)
        return try forger.push([row])[0]
    }

    @Test("what the server did of a job its user neither takes back nor changes, by way of a node neither")
    func forgedProgress() throws {
        let job = try troupe["bob"].queue(NewJob(request: "{}"))
        try troupe.settle()
        let library = troupe.server.library
        let claim = try #require(try library.claimNextJob(as: .server))
        #expect(try push(job.id, ["progress": .text("")], second: 60) != nil)
        let node = try troupe.node("bob").replica.clientIdentity().replica.rowID
        #expect(try push(job.id, ["runner_id": .blob(node)], second: 61) == nil)
        #expect(try push(job.id, ["progress": .text("")], second: 62) != nil)
        #expect(try push(job.id, ["runner_id": .null], second: 63) == nil)
        try library.finishJob(claim, answer: "1", use: Self.use)
        let forged = #"{"at":1,"attempts":1,"round":9,"state":"queued"}"#
        // The later write of a job's state would stay, and the earlier one of what was queued.
        let writes: [([String: Value], Int64)] = [
            (["progress": .text("")], 110), (["progress": .text(forged), "runner_id": .blob(node)], 111),
            (["request": .text(#"{"model":"another"}"#)], -100_000), (["label": .text("x")], -100_001),
        ]
        for (values, second) in writes { #expect(try push(job.id, values, second: second) != nil, "\(values)") }
        #expect(try push(job.id, [:], second: 112, deleted: true) != nil)
        #expect(try push(job.id, ["round": .integer(2)], second: 113) == nil)
        #expect(try library.job(job.id).state == .done && library.claimNextJob(as: .server) == nil)
    }

    @Test("a job goes from the server to a node and back, with what each did")
    func givenBack() throws {
        let bob = try troupe["bob"]
        let node = try troupe.node("bob").replica.clientIdentity().replica.rowID
        let job = try bob.queue(NewJob(request: "{}"))
        try troupe.settle()
        try troupe.server.library.failJob(
            #require(try troupe.server.library.claimNextJob(as: .server)), error: "the server can't")
        try troupe.settle()
        try bob.retryJob(job.id, on: .node(node))
        try bob.failJob(#require(try bob.claimNextJob(as: .thisNode)), error: "nor can the node")
        try troupe.settle()
        #expect(try troupe.server.library.job(job.id).error == "nor can the node")
        try bob.retryJob(job.id, on: .server)
        try troupe.settle()
        let third = try #require(try troupe.server.library.claimNextJob(as: .server))
        #expect(third.round == 3)
        try troupe.server.library.finishJob(third, answer: "3", use: Self.use)
        // Tried by a node, and given to the server, before anybody has heard of it.
        let other = try bob.queue(NewJob(request: "{}", runner: nil))
        try bob.failJob(#require(try bob.claimNextJob(as: .thisNode)), error: "offline")
        try bob.retryJob(other.id, on: .server)
        try troupe.settle()
        #expect(try bob.job(job.id).answer == .number("3"))
        #expect(try troupe.server.library.claimNextJob(as: .server)?.id.hex == other.id)
        #expect(try troupe.orphans("bob").isEmpty)
    }

    @Test("admins write styles, providers and terms; what others wrote of them comes to their orphans")
    func administered() throws {
        try troupe["ann"].setStyle("own", body: "Ann's.", builtIns: [])
        try troupe.settle()
        #expect(try troupe["vic"].style("own", builtIns: []).body == "Ann's.")
        try troupe["bob"].setStyle("own", body: "Bob's.", builtIns: [])
        _ = try troupe["bob"].addProvider("p", .custom, ProviderChange(baseURL: "https://example.org"))
        try troupe.settle()
        #expect(try troupe["bob"].style("own", builtIns: []).body == "Ann's.")
        #expect(try troupe["bob"].providers().items.isEmpty)
        #expect(try Set(troupe.orphans("bob").map(\.table)).isSuperset(of: ["styles", "style_versions", "providers"]))
        #expect(try troupe.server.library.styleHistory("own", builtIns: []).items.count == 1)
        let persona = Persona(actor: try troupe.actor("bob"), user: try troupe.user("bob"), name: "bob", email: nil)
        #expect(throws: ReplicaError(.denied, "")) {
            try Library(troupe.server.replica.acting(as: persona)).setStyle("own", body: "", builtIns: [])
        }
    }

    @Test("a test run goes where its prompt goes: whoever may use that records, and who may edit it rates another's")
    func testRuns() throws {
        let run = NewTestRun(version: nil, input: .null, output: "vic saw this", use: Self.use)
        let made = try troupe["vic"].recordTestRun(of: "open", run)
        try troupe.settle()
        #expect(try troupe["bob"].testRuns(of: "open").items.map(\.output) == ["vic saw this"])
        _ = try troupe["bob"].rateTestRun(made.id, rating: 5)
        try troupe.settle()
        #expect(try troupe["vic"].testRun(made.id).rating == 5)
        var change = PromptChange()
        change.isPrivate = true
        _ = try troupe["ann"].change("open", change)
        try troupe.settle()
        #expect(try !troupe.holds("bob", "vic saw this") && !troupe.holds("vic", "vic saw this"))
        #expect(try troupe["ann"].testRuns(of: "open").items.count == 1)
        for name in ["ann", "bob", "vic"] { #expect(try troupe.isInStep(name)) }
    }

    @Test("forged pushes of them are denied")
    func forged() throws {
        let (ann, bob) = (try troupe.user("ann"), try troupe.user("bob"))
        let open = try #require(RowID(hex: troupe["ann"].list().items[0].id))
        let job = try #require(RowID(hex: troupe["ann"].queue(NewJob(request: "{}")).id))
        try troupe.settle()
        let forger = Forger(troupe, as: "bob")
        let forged = [
            forger.row(.jobs, .uuid7(at: 1), ["user_id": .blob(ann)]),
            forger.row(.jobs, job, ["user_id": .blob(bob)]), forger.row(.jobs, job, ["user_id": .blob(ann)]),
            forger.row(.testRuns, .uuid7(at: 2), ["user_id": .blob(ann), "prompt_id": .blob(open)]),
            forger.row(.styles, .uuid7(at: 3), ["name": .text("x")]),
            forger.row(.styleVersions, .uuid7(at: 4), ["body": .text("x"), "author_id": .null]),
            forger.row(.providers, .uuid7(at: 5), ["name": .text("x")]),
            forger.row(.models, .uuid7(at: 6), ["model": .text("x")]),
            forger.row(.sharedAnswers, .uuid7(at: 7), ["answer": .text("x")]),
        ]
        let before = try troupe.server.digest
        for (number, row) in forged.enumerated() {
            #expect(try forger.push([row])[0] != nil, "\(number): \(row.0.name)")
        }
        let admin = Forger(troupe, as: "ann")
        let secret = admin.row(.providers, .uuid7(at: 8), ["base_url": .text("https://me:pass@example.org")])
        #expect(try admin.push([secret])[0]?.contains("password") == true)
        #expect(try troupe.server.digest == before)
    }
}
