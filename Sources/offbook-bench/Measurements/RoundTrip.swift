import AsyncHTTPClient
import Changesets
import NIOCore
import ReplicaStore
import SyncEngine

extension Measurement {
    /// Small syncs over loopback HTTP in a library of many prompts, against one GET of /healthz by the same client.
    static let roundTrip = Measurement("round-trip") { bench in
        let trips = try await Trips(bench)
        let count = max(bench.roundCount, 41)
        try await bench.rounds(count: count, { try await trips.ask(trips.health) }, trips.change)
        // By themselves too: most of those that find nothing come behind others that found nothing.
        try await bench.rounds(
            count: count, { try await trips.ask(trips.idleHealth) }, { try await trips.idle(trips.nothing) })
        try trips.end()
        return trips.figures
    }
}

private final class Trips {
    private static let changes = 100

    private let library: [PromptRow]
    private let team: RemoteTeam
    private let writer: RemoteNode
    private let reader: RemoteNode
    let health = Samples()
    let idleHealth = Samples()
    private let changed = Samples()
    let nothing = Samples()
    private let nothingBehind = Samples()
    private var edits = 0

    init(_ bench: Workbench) async throws {
        library = bench.library
        team = try RemoteTeam(bench)
        writer = try await team.newNode()
        try writer.replica.fill(Workbench.cut(library))
        try await writer.sync()
        reader = try await team.newNode()
        try await reader.sync()
        for _ in 0..<3 { try await roundTrip(Samples()) }
    }

    func ask(_ samples: Samples) async throws {
        let request = HTTPClientRequest(url: team.server.url + "/healthz")
        try await samples.timeWaiting {
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            _ = try await answer.body.collect(upTo: 1 << 10)
        }
    }

    func change() async throws {
        try await roundTrip(changed)
        try await idle(nothingBehind)
    }

    /// One writes, pushes and pulls; then the other does.
    private func roundTrip(_ samples: Samples) async throws {
        edits += 1
        let rows = (0..<Self.changes).map { library[(edits * 7919 + $0) % library.count] }
        try writer.replica.write { transaction in
            for row in rows { try transaction.update(.prompts, row.id, ["name": .text("\(row.newName) \(edits)")]) }
        }
        let received = try await samples.timeWaiting {
            try await writer.sync()
            return try await reader.sync().received
        }
        guard received == min(Self.changes, library.count) else { throw BenchError("\(received) rows were received") }
    }

    func idle(_ samples: Samples) async throws { _ = try await samples.timeWaiting { try await writer.sync() } }

    func end() throws {
        for node in [writer, reader] { try node.replica.close() }
        team.stop()
    }

    var figures: [Figure] {
        let what = "in \(library.count) prompts, to a GET of /healthz"
        return [
            Figure(
                "round-trip", "\(Self.changes) changed rows pushed, and pulled by another: \(what)", ours: changed,
                peer: health, bar: .ours(atMost: 5)),
            Figure(
                "round-trip.idle", "a sync with nothing to do: \(what)", ours: nothing, peer: idleHealth,
                bar: .ours(atMost: 1.5)),
            Figure(
                "round-trip.behind", "a sync with nothing to do, right behind these: \(what)", ours: nothingBehind,
                peer: health),
        ]
    }
}
