import Changesets
import ReplicaStore

extension Measurement {
    /// Joining a changeset into a replica that holds its rows: as they come, and renamed since; against plain
    /// inserts of them, and plain updates.
    static let rejoin = Measurement("rejoin") { bench in
        let rejoining = try Rejoining(bench: bench)
        try await bench.rounds(rejoining.plainly, rejoining.tracked)
        return rejoining.figures
    }
}

private struct Rejoining {
    let bench: Workbench
    private let inserts: [UInt8]
    private let updates: [UInt8]
    private let plainInsert = Samples()
    private let plainUpdate = Samples()
    private let held = Samples()
    private let renamed = Samples()

    init(bench: Workbench) throws {
        self.bench = bench
        (inserts, updates) = try bench.withFilledReplica { replica in
            let first = try replica.changeset()
            try replica.rename(bench.shuffledBatches)
            return (first.bytes, try replica.changeset(since: first.next).bytes)
        }
    }

    func plainly() throws {
        try bench.withPlainTable { table in
            try plainInsert.time { try table.insert([bench.rows]) }
            let shuffled = bench.shuffledBatches.flatMap { $0 }
            try plainUpdate.time { try table.rename([shuffled]) }
        }
    }

    func tracked() throws {
        try bench.withReplica { replica in
            try replica.join(bytes: inserts)
            try held.time { try replica.join(bytes: inserts) }
            try renamed.time { try replica.join(bytes: updates) }
        }
    }

    var figures: [Figure] {
        let (bar, inserts) = (Bar.ratio(atLeast: 0.5), bench.rates(plainInsert))
        return [
            Figure(
                "rejoin", "joining what is there already, to raw inserts", .rowsPerSecond, ours: bench.rates(held),
                peer: inserts, bar: bar),
            Figure(
                "rejoin.update", "joining one-column updates of all rows, to raw inserts", .rowsPerSecond,
                ours: bench.rates(renamed), peer: inserts, bar: bar),
            Figure(
                "rejoin.update.plain", "the same, to raw updates", .rowsPerSecond, ours: bench.rates(renamed),
                peer: bench.rates(plainUpdate)),
        ]
    }
}
