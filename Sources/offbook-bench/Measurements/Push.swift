import Changesets
import ReplicaStore
import SyncEngine

extension Measurement {
    /// The first push of a library over loopback HTTP, and the first pull of it by a fresh node, against raw inserts
    /// of as many rows. What the writer has not folded yet is folded by the sync.
    static let push = Measurement("push") { bench in
        let pushing = Pushing(bench)
        try await bench.rounds(pushing.plainly, pushing.synced)
        return pushing.figures
    }
}

private final class Pushing {
    private let bench: Workbench
    private let batches: [[PromptRow]]
    private let plain = Samples()
    private let push = Samples()
    private let pull = Samples()
    private var rows = 0

    init(_ bench: Workbench) {
        self.bench = bench
        batches = Workbench.cut(bench.library)
    }

    func plainly() throws {
        try bench.withPlainTable { table in try plain.time { try table.insert([bench.library]) } }
    }

    func synced() async throws {
        let team = try RemoteTeam(bench)
        defer { team.stop() }
        let (writer, reader) = (try await team.newNode(), try await team.newNode())
        try await writer.sync()
        try writer.replica.fill(batches)
        let sent = try await push.timeWaiting { try await writer.sync().sent }
        let received = try await pull.timeWaiting { try await reader.sync().received }
        guard sent >= bench.library.count * 4, received >= sent else {
            throw BenchError("\(sent) rows were sent and \(received) received")
        }
        rows = sent
        for node in [writer, reader] { try node.replica.close() }
    }

    var figures: [Figure] {
        let what = "\(rows) rows of \(bench.library.count) prompts, to raw inserts of the prompts' rows"
        let peer = plain.rates(of: bench.library.count)
        return [
            Figure(
                "push", "a first push over HTTP: \(what)", .rowsPerSecond, ours: push.rates(of: rows), peer: peer,
                bar: .ours(atLeast: 50_000)),
            Figure(
                "pull", "a fresh node's first pull: \(what)", .rowsPerSecond, ours: pull.rates(of: rows), peer: peer,
                bar: .ours(atLeast: 100_000)),
        ]
    }
}
