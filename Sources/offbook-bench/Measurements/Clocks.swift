import Changesets
import Glibc
import PromptLibrary
import ReplicaStore

extension Measurement {
    /// How large the clocks of rows get where many replicas edit one workspace for months: a vector keeps
    /// every replica that ever changed its row.
    static let clocks = Measurement("clocks", isLong: true) { bench in
        let team = try LongTeam(bench)
        for day in 0..<bench.days { try team.live(day) }
        return try team.figures()
    }
}

/// Replicas that each take part one day in four, on a clock of their own, and write mostly to a few prompts.
private final class LongTeam {
    /// What a clock may take a row, in bytes, before pruning has to be thought of.
    private static let bound = 64.0
    private static let promptsAtStart = 200
    private static let start: Int64 = 1_767_225_600_000

    private let bench: Workbench
    private let server: Replica
    private let paths: [String]
    private let clock = VirtualClock()
    private var dice = SplitMix64(state: 500)
    private var changes = 0
    private var joined: Set<Int> = []

    init(_ bench: Workbench) throws {
        self.bench = bench
        clock.set(Self.start)
        let founding = Workbench.founding(bench.workspace, bench.user)
        let path = bench.newPathInMemory()
        try Replica.create(path: path, founding, clock.surroundings)
        server = try Replica(path: path, access: .server, clock.surroundings)
        paths = (0..<bench.replicas).map { _ in bench.newPathInMemory() }
        for place in 0..<Self.promptsAtStart {
            _ = try Library(server).create(NewPrompt(name: "prompt \(place)", body: "text \(place)"))
        }
    }

    func live(_ day: Int) throws {
        let today = paths.indices.filter { _ in Int.random(in: 0..<4, using: &dice) == 0 }.shuffled(using: &dice)
        for (place, member) in today.enumerated() {
            let midnight = Self.start + Int64(day) * VirtualClock.day
            clock.set(midnight + VirtualClock.day * Int64(place) / Int64(max(1, today.count)))
            try work(member)
        }
    }

    /// Takes in what the others did, writes, and passes it on; sometimes only the next time.
    private func work(_ member: Int) throws {
        if joined.insert(member).inserted {
            let founding = Replica.Founding(
                workspace: bench.workspace, workspaceName: nil, nodeName: "node \(member)", userName: "user \(member)")
            try Replica.create(path: paths[member], founding, clock.surroundings)
        }
        let replica = try Replica(path: paths[member], clock.surroundings)
        try synchronize(replica, with: server)
        for _ in 0..<Int.random(in: 1...2, using: &dice) { try change(Library(replica)) }
        if Int.random(in: 0..<4, using: &dice) > 0 { try synchronize(replica, with: server) }
        try replica.close()
    }

    private func change(_ library: Library) throws {
        changes += 1
        let prompt = "prompt \(rank())"
        switch Int.random(in: 0..<6, using: &dice) {
        case 0: try library.tag(prompt, ["t\(changes % 20)"])
        case 1: try library.setMetadata(prompt, "k\(changes % 3)", "value \(changes)")
        case 2: _ = try library.create(NewPrompt(name: "new \(changes)", body: "text \(changes)"))
        default: _ = try library.save("text \(changes)", from: library.editBase(prompt))
        }
    }

    /// By Zipf's law, roughly: the first prompts are the hot ones.
    private func rank() -> Int {
        Int(pow(Double(Self.promptsAtStart), Double.random(in: 0..<1, using: &dice))) - 1
    }

    func figures() throws -> [Figure] {
        try server.close()
        let sizes = try ClockSizes(server.path)
        let bound = Samples([Self.bound])
        let who = "\(bench.replicas) replicas, \(bench.days) days, \(changes) changes"
        func figure(_ name: String, _ what: String, _ bytes: Double) -> Figure {
            Figure("clocks.\(name)", "\(what), to a bound of 64: \(who)", .bytes, ours: Samples([bytes]), peer: bound)
        }
        return [figure("mean", "of \(sizes.rows) rows the mean", sizes.mean)]
            + sizes.tables.map { figure($0.table, "the mean of \($0.rows) rows", $0.mean) }
            + [
                figure(
                    "hottest", "a row of \(sizes.largest.table), changed by \(sizes.largest.writers)",
                    sizes.largest.bytes)
            ]
    }
}
