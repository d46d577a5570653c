import Changesets
import ReplicaStore

extension Measurement {
    /// Joining a changeset of new rows, against plain inserts of them. A changeset is joined in one
    /// transaction, so the plain inserts run in one too.
    static let apply = Measurement("apply") { bench in
        let changeset = try bench.withFilledReplica { try $0.changeset().bytes }
        let (plain, empty, decode) = (Samples(), Samples(), Samples())
        try bench.rounds(
            { try bench.withPlainTable { table in try plain.time { try table.insert([bench.rows]) } } },
            { try bench.withReplica { replica in try empty.time { try replica.join(bytes: changeset) } } },
            { try decode.time { try readPages(changeset) } })
        return [
            Figure("apply", "joining into an empty replica, to raw inserts", ours: empty, peer: plain),
            Figure("apply.decode", "reading the changeset alone, to raw inserts", ours: decode, peer: plain),
        ]
    }

    private static func readPages(_ file: [UInt8]) throws {
        for page in try ChangesetFile(file).pages { _ = try ChangesetPage(encoded: page) }
    }
}

extension Measurement {
    /// Joining a changeset into a replica that holds its rows: as they come, against plain inserts of
    /// them; and renamed since, against plain updates.
    static let rejoin = Measurement("rejoin") { bench in
        let rejoining = try Rejoining(bench: bench)
        try bench.rounds(rejoining.plainly, rejoining.tracked)
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
        [
            Figure("rejoin", "joining what is there already, to raw inserts", ours: held, peer: plainInsert),
            Figure("rejoin.update", "joining one-column updates, to raw updates", ours: renamed, peer: plainUpdate),
        ]
    }
}

extension Replica {
    fileprivate func join(bytes: [UInt8]) throws { _ = try join(ChangesetFile(bytes)) }
}
