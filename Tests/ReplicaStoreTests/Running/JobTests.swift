import Changesets
import Foundation
import PromptLibrary
import PromptTemplates
import ReplicaStore
import Testing

/// Queued completions: what their user wants and what their runner did, in any order of meeting.
@Suite("Jobs")
struct JobTests {
    let scratch: Scratch
    let clock = TestClock()
    let a: Node
    let b: Node

    init() throws {
        scratch = try Scratch()
        let workspace = RowID.uuid7(at: 1)
        a = try Node("a", workspace: workspace, in: scratch, clock: clock)
        b = try Node("b", workspace: workspace, in: scratch, clock: clock)
    }

    private func give(_ from: Node, _ to: Node) throws { _ = try to.replica.join(from.exported()) }

    private func meet() throws {
        try give(a, b)
        try give(b, a)
    }

    private static let use = MeasuredUse(
        provider: "stub", model: "small", inputTokens: 10, cachedTokens: 2, outputTokens: 5, cost: 1500, latency: 40,
        route: .queue)

    @Test("a job goes to its runner, and its answer comes back with what it took, counted once")
    func life() throws {
        let job = try a.library.queue(NewJob(request: #"{"messages":[]}"#))
        #expect(job.state == .queued && job.runner == "server" && job.attempts == 0)
        #expect(try a.library.claimNextJob(as: .thisNode) == nil)
        try meet()
        let claim = try #require(try b.library.claimNextJob(as: .server))
        #expect(claim.request == #"{"messages":[]}"# && claim.attempts == 1)
        #expect(try b.library.claimNextJob(as: .server) == nil)
        clock.now += 10
        try b.library.finishJob(claim, answer: #"{"text":"hello"}"#, use: Self.use)
        try b.library.finishJob(claim, answer: #"{"text":"again"}"#, use: Self.use)
        try meet()
        let done = try a.library.job(job.id)
        #expect(done.state == .done && done.use == Self.use)
        #expect(done.answer == .object(["text": .text("hello")]))
        let used = try a.library.usage(by: .model).items
        #expect(used.map(\.name) == ["small"] && used.map(\.count) == [1])
        #expect(used.first?.cost == 0.0000015 && used.first?.inputTokens == 10 && used.first?.averageLatency == 40)
        #expect(throws: LibraryError(.conflict, "")) { try a.library.cancelJob(job.id) }
        #expect(throws: LibraryError(.conflict, "")) { try a.library.retryJob(job.id) }
    }

    @Test("a job for one node is claimed by that node alone")
    func ownRunner() throws {
        let job = try a.library.queue(NewJob(request: "{}", runner: nil))
        try meet()
        #expect(try b.library.claimNextJob(as: .server) == nil)
        #expect(try b.library.claimNextJob(as: .thisNode) == nil)
        #expect(try a.library.claimNextJob(as: .thisNode)?.id.hex == job.id)
    }

    @Test("what was running when its runner was killed waits again; a failure can be tried again")
    func again() throws {
        let job = try a.library.queue(NewJob(request: "{}", runner: nil))
        _ = try a.library.claimNextJob(as: .thisNode)
        #expect(try a.library.job(job.id).state == .running)
        #expect(try a.library.takeUpInterruptedJobs(as: .thisNode) == 1)
        let second = try #require(try a.library.claimNextJob(as: .thisNode))
        #expect(second.attempts == 2 && second.chargeID == "job:\(job.id):1")
        try a.library.postponeJob(second, error: "no answer", by: 5000)
        #expect(try a.library.job(job.id).error == "no answer")
        #expect(try a.library.claimNextJob(as: .thisNode) == nil)
        clock.now += 5000
        let third = try #require(try a.library.claimNextJob(as: .thisNode))
        try a.library.failJob(third, error: "the model is gone")
        #expect(try a.library.job(job.id).state == .failed)
        #expect(try a.library.retryJob(job.id).state == .queued)
        let fourth = try #require(try a.library.claimNextJob(as: .thisNode))
        #expect(fourth.attempts == 1 && fourth.chargeID == "job:\(job.id):2")
        let charge = try #require(JobCharge(id: fourth.chargeID))
        #expect(try a.library.isOpen(charge) && !a.library.isOpen(JobCharge(job: charge.job, round: 1)))
    }

    @Test("a cancel and a claim at once end as cancelled, and as done where the answer was paid for")
    func cancelAgainstClaim() throws {
        let job = try a.library.queue(NewJob(request: "{}"))
        try meet()
        let claim = try #require(try b.library.claimNextJob(as: .server))
        clock.now += 10
        #expect(try a.library.cancelJob(job.id).state == .cancelled)
        try meet()
        #expect(try a.library.job(job.id).state == .cancelled && b.library.isUnwanted(claim))
        // It was too late to stop it.
        try b.library.finishJob(claim, answer: "[1]", use: Self.use)
        try meet()
        for node in [a, b] {
            let view = try node.library.job(job.id)
            #expect(view.state == .done && view.answer == .list([.number("1")]) && view.wasCancelled)
        }
    }

    @Test(
        "cancelled and tried again at once: the run that runs is unwanted, and never ends the one that comes after it")
    func roundsApart() throws {
        let job = try a.library.queue(NewJob(request: "{}", runner: nil))
        let first = try #require(try a.library.claimNextJob(as: .thisNode))
        try a.library.cancelJob(job.id)
        try a.library.retryJob(job.id)
        #expect(try a.library.isUnwanted(first))
        #expect(try a.library.claimNextJob(as: .thisNode, except: [first.id]) == nil)
        let second = try #require(try a.library.claimNextJob(as: .thisNode))
        #expect(second.round == 2 && second.attempts == 1)
        try a.library.postponeJob(first, error: "late", by: 1)
        try a.library.failJob(first, error: "late", use: Self.use)
        try a.library.finishJob(first, answer: "1", use: Self.use)
        #expect(try a.library.job(job.id).state == .running && !a.library.isUnwanted(second))
        try a.library.finishJob(second, answer: "2", use: Self.use)
        #expect(try a.library.job(job.id).answer == .number("2"))
        #expect(try a.library.usage(by: .model).items.map(\.count) == [2], "each run took what it took")
    }

    @Test("only what came to a provider is counted against it, and a new round begins anew")
    func countsWhatWasAsked() throws {
        let job = try a.library.queue(NewJob(request: "{}", runner: nil))
        for number in 0..<4 {
            let claim = try #require(try a.library.claimNextJob(as: .thisNode))
            #expect(claim.attempts == number + 1 && claim.asked == number / 2)
            try a.library.postponeJob(claim, error: "no", by: 0, hasAsked: number % 2 == 1)
        }
        try a.library.cancelJob(job.id)
        try a.library.retryJob(job.id)
        let claim = try #require(try a.library.claimNextJob(as: .thisNode))
        #expect(claim.attempts == 1 && claim.asked == 0)
    }

    @Test("a runner looks for what waits without reading any row, however much failed jobs ask")
    func looksLightly() throws {
        let failed = try a.library.queue(NewJob(request: #"{"a":"b"}"#, runner: nil))
        try a.library.failJob(#require(try a.library.claimNextJob(as: .thisNode)), error: "no")
        clock.now += 1
        let cancelled = try a.library.queue(NewJob(request: "{}", runner: nil))
        try a.library.cancelJob(cancelled.id)
        clock.now += 1
        let waiting = try a.library.queue(NewJob(request: "{}", runner: nil))
        let seen = try a.replica.read { reading in
            var seen: [String] = []
            _ = try reading.firstOpenJob(of: reading.nodeID()) {
                seen.append($0.id.hex); return false
            }
            return seen
        }
        #expect(seen == [waiting.id])
        let plan = try a.query(
            """
            EXPLAIN QUERY PLAN SELECT id, round, cancelled_round, progress FROM jobs
            WHERE substr(progress, 1, 10) <> '{"answer":' AND runner_id IS x'00' ORDER BY created_at, id
            """)
        #expect("\(plan)".contains("USING COVERING INDEX jobs_open") && !"\(plan)".contains("B-TREE"), "\(plan)")
        #expect(try a.library.retryJob(failed.id).state == .queued)
        #expect(try a.library.claimNextJob(as: .thisNode)?.id.hex == failed.id)
    }

    @Test("jobs are listed page by page, of all states or of some")
    func pages() throws {
        var ids: [String] = []
        for _ in 0..<5 {
            clock.now += 1
            ids.insert(try a.library.queue(NewJob(request: "{}", runner: nil)).id, at: 0)
        }
        try a.library.finishJob(#require(try a.library.claimNextJob(as: .thisNode)), answer: "1", use: Self.use)
        let first = try a.library.jobs(PageRequest(limit: 2))
        #expect(first.items.map(\.id) == Array(ids[0..<2]) && first.next == "2")
        let last = try a.library.jobs(PageRequest(limit: 3, cursor: first.next))
        #expect(last.items.map(\.id) == Array(ids[2...]) && last.next == nil)
        #expect(try a.library.jobs(in: [.done]).items.map(\.id) == [ids[4]])
        let queued = try a.library.jobs(in: [.queued], Stretch(offset: 1, limit: 2))
        #expect(queued.items.map(\.id) == Array(ids[1..<3]) && queued.total == 4)
        #expect(try a.library.jobs(in: [], Stretch(offset: 9, limit: 2)).total == 5)
    }

    @Test("requests that are no JSON object, or name no job, are refused with what to do")
    func refused() throws {
        for request in ["", "[]", "{", #"{"a":1,"a":2}"#] {
            #expect(throws: LibraryError(.invalid, "")) { try a.library.queue(NewJob(request: request)) }
        }
        #expect(throws: LibraryError(.notFound, "")) { try a.library.job("beef") }
        #expect(throws: LibraryError(.notFound, "")) { try a.library.cancelJob("nothing") }
    }

    @Test(
        "what a newer Offbook or a hand wrote into a job counts as a failure, and traps nobody",
        arguments: [
            "nonsense", "{}", "[]", #"{"answer":1}"#, #"{"at":1,"attempts":1,"round":9,"state":"done"}"#,
            #"{"at":1,"attempts":-1,"round":1,"state":"running"}"#,
            #"{"answer":"[]","at":1,"attempts":1,"round":1,"state":"failed"}"#,
        ])
    func unreadable(_ progress: String) throws {
        let job = try a.library.queue(NewJob(request: "{}", runner: nil))
        try a.sqlite("UPDATE jobs SET progress = '\(progress)', round = 9223372036854775807, cancelled_round = -5")
        #expect(try [.failed, .queued].contains(a.library.job(job.id).state))
        #expect(try a.library.retryJob(job.id, on: .server).runner == "server")
    }

    /// Anything that the user does on either node and the runner on one of them, with the nodes meeting, or not,
    /// in between: in the end they agree, and no answer is lost.
    @Test("of any history both replicas say the same in the end, whatever met when", arguments: 0..<25)
    func histories(_ seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let job = try a.library.queue(NewJob(request: "{}"))
        try meet()
        var claim: ClaimedJob?
        var hasAnswer = false
        for step in 0..<12 {
            clock.now += Int64(dice.below(3))
            switch dice.below(7) {
            case 0: _ = try? a.library.cancelJob(job.id)
            case 1: _ = try? a.library.retryJob(job.id)
            case 2: claim = try b.library.claimNextJob(as: .server) ?? claim
            case 3:
                if let claim, step > 6 {
                    try b.library.finishJob(claim, answer: "\(step)", use: Self.use); hasAnswer = true
                }
            case 4: if let claim { try b.library.failJob(claim, error: "step \(step)") }
            case 5: try give(a, b)
            default: try give(b, a)
            }
        }
        try meet()
        try meet()
        let views = try [a, b].map { try $0.library.job(job.id) }
        #expect(views[0].state == views[1].state && views[0].answer == views[1].answer)
        #expect(try a.digest == b.digest)
        #expect(!hasAnswer || views[0].state == .done)
    }

    @Test("two runners of one id, as a copy of a node makes them: one answer shows, and the other is in the journal")
    func copies() throws {
        let job = try a.library.queue(NewJob(request: "{}"))
        try meet()
        for (node, answer) in [(a, "1"), (b, "2")] {
            clock.now += 5
            let claim = try #require(try node.library.claimNextJob(as: .server))
            try node.library.finishJob(claim, answer: answer, use: Self.use)
        }
        try meet()
        #expect(try a.library.job(job.id).answer == .number("2"))
        #expect(try b.library.job(job.id).answer == .number("2"))
        let lost = try a.query("SELECT value FROM conflicts WHERE table_name = 'jobs' AND column_name = 'progress'")
        #expect(lost.contains { $0[0].contains(#""answer":"1""#) })
    }
}

/// Numbers that are the same for a seed.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}
