import Foundation
import Testing

/// Real processes whose clocks are wrong: nodes in the year 2099, and a server whose clock jumps.
@Suite struct WrongClockTests {
    private let scratch: Scratch
    private let clock: WrongClock

    init() throws {
        scratch = try Scratch()
        clock = try WrongClock(in: scratch)
    }

    private func setYear2099() throws {
        let noon = try #require(
            Calendar(identifier: .gregorian).date(from: DateComponents(year: 2099, month: 6, day: 1, hour: 12)))
        try clock.set(secondsAhead: Int(noon.timeIntervalSinceNow))
        #expect(try clock.year() == 2099)
    }

    private func describe(_ node: Node, _ text: String, wrongly: Bool = false) throws {
        try node.run("set", "prompt", "--description", text, environment: wrongly ? clock.environment : [:])
    }

    private func description(_ node: Node) throws -> String? {
        try node.sql("SELECT description FROM prompts WHERE name = 'prompt'")
    }

    /// The latest second that a column here was written in, as its stamp tells.
    private func yearOfLastChange(_ node: Node) throws -> Int {
        let hlc = try #require(
            Int64(try node.sql("SELECT max(max(last_hlc), (SELECT max(hlc) FROM seals)) FROM replica")))
        let date = Date(timeIntervalSince1970: TimeInterval(hlc >> 16) / 1000)
        return Calendar(identifier: .gregorian).component(.year, from: date)
    }

    @Test("Edits of the year 2099 sync, and a later edit by anybody else wins over them")
    func server() throws {
        let server = try Server(in: scratch)
        let token = try server.token()
        let alice = Node("alice", in: scratch)
        try alice.run("new", "prompt", "--body", "text")
        try alice.connect(server, token)
        try alice.sync()
        let bob = try Node.joining(server, token, "bob", in: scratch)

        try setYear2099()
        try describe(alice, "from the future", wrongly: true)
        #expect(try yearOfLastChange(alice) == 2099)
        let sync = try alice.run("sync", environment: clock.environment)
        #expect(sync.error.contains("ahead of the server's"), "\(sync)")
        #expect(try yearOfLastChange(alice) < 2099)
        try bob.sync()
        #expect(try description(bob) == "from the future")

        try describe(bob, "later")
        try bob.sync()
        try alice.run("sync", environment: clock.environment)
        #expect(try description(alice) == "later")
        // By now it knows the server's time, and its own edits are as good as everybody's.
        try describe(alice, "later still", wrongly: true)
        try alice.run("sync", environment: clock.environment)
        try describe(bob, "not the last")
        try bob.sync()
        try describe(alice, "the last", wrongly: true)
        try alice.run("sync", environment: clock.environment)
        try settle(bob)
        #expect(try description(bob) == "the last")
        #expect(try yearOfLastChange(bob) < 2099)
        #expect(try alice.digest() == bob.digest())
    }

    @Test("Through files alone such edits are set aside, until somebody accepts them as edits of now")
    func files() throws {
        let (alice, bob) = (Node("alice", in: scratch), Node("bob", in: scratch))
        try alice.run("new", "prompt", "--body", "text")
        try alice.carry(to: bob)
        try setYear2099()
        try describe(alice, "from the future", wrongly: true)
        try alice.run("new", "another", "--body", "of 2099", environment: clock.environment)
        let report = try alice.carry(to: bob)
        #expect(try #require(report["parked"].int) > 0 && report["rejected"] == .array([]), "\(report)")
        #expect(try description(bob) == "")
        #expect(try bob.attempt("show", "another").status == 3)
        #expect(try yearOfLastChange(bob) < 2099)

        let parked = try #require(bob.json("status")["orphans"].int)
        #expect(try alice.carry(to: bob)["changed"].int == 0)
        #expect(try bob.json("status")["orphans"].int == parked, "once, however often it comes")

        try bob.run("orphans", "accept", "--all")
        #expect(try bob.json("status")["orphans"].int == 0)
        #expect(try description(bob) == "from the future")
        #expect(try bob.run("show", "another").output == "of 2099")
        #expect(try yearOfLastChange(bob) < 2099)
        // Whoever gets it from bob may go on at once.
        let carol = Node("carol", in: scratch)
        try bob.carry(to: carol)
        try describe(carol, "later")
        try carol.carry(to: bob)
        #expect(try description(bob) == "later")
    }

    @Test("A server whose clock jumps merges nothing, lets everybody pull, and goes on when told", arguments: [1, -1])
    func jumpingServer(direction: Int) throws {
        let server = try Server(in: scratch, environment: clock.environment)
        let token = try server.token()
        let alice = Node("alice", in: scratch)
        try alice.run("new", "prompt", "--body", "text")
        try alice.connect(server, token)
        try alice.sync()
        let bob = try Node.joining(server, token, "bob", in: scratch)
        try describe(bob, "before")
        try bob.sync()

        try clock.set(secondsAhead: direction * 2 * 3600)
        try describe(bob, "after")
        let refused = try bob.attempt("sync")
        #expect(refused.status == 1 && refused.error.contains("--accept-clock"), "\(refused)")
        #expect(refused.error.contains("2 h \(direction > 0 ? "ahead" : "back")"), "\(refused)")
        #expect(try bob.sql("SELECT clock_offset FROM replica") == "0", "its time is not handed on")
        try alice.sync()
        #expect(try description(alice) == "before", "who has nothing to push can pull")
        #expect(server.process.error.contains("merges nothing now"))
        let examined = try server.node.attempt("doctor", environment: clock.environment)
        #expect(examined.status == 1 && examined.output.contains("server-clock"), "\(examined)")
        #expect(try alice.attempt("label", "prompt", "production", "v1").status == 1)

        // Right again, it is believed again.
        try clock.set(secondsAhead: 0)
        try bob.sync()
        try alice.sync()
        #expect(try description(alice) == "after")

        try clock.set(secondsAhead: direction * 2 * 3600)
        try describe(bob, "accepted")
        #expect(try bob.attempt("sync").status == 1)
        try server.node.run("doctor", "--accept-clock", environment: clock.environment)
        try bob.sync()
        #expect(try bob.json("status")["unsent"].int == 0)
    }

    @Test("A jump shows over a restart of the server, too, and serve --accept-clock takes it")
    func restart() throws {
        let server = try Server(in: scratch, environment: clock.environment)
        let token = try server.token()
        let alice = Node("alice", in: scratch)
        try alice.run("new", "prompt", "--body", "text")
        try alice.connect(server, token)
        try alice.sync()
        try clock.set(secondsAhead: -50 * 365 * 86400)
        try server.restart()
        try alice.connect(server, token)
        try describe(alice, "after")
        #expect(try alice.attempt("sync").status == 1)
        try server.restart(options: ["--accept-clock"])
        try alice.connect(server, token)
        try alice.run("sync")
        #expect(try alice.json("status")["unsent"].int == 0)
    }
}
