import Changesets
import ReplicaStore

extension Measurement {
    /// Joining a changeset of new rows into an empty replica, and into one that holds as many others, against plain
    /// inserts of them. A changeset is joined in one transaction, so the plain inserts run in one too.
    static let apply = Measurement("apply") { bench in
        let changeset = try bench.withFilledReplica { try $0.changeset().bytes }
        let (plain, empty, decode) = (Samples(), Samples(), Samples())
        let (full, recorded) = (try FullApplying(bench, changeset), try SessionApplying(bench))
        try await bench.rounds(
            { try bench.withPlainTable { table in try plain.time { try table.insert([bench.rows]) } } },
            { try bench.withReplica { replica in try empty.time { try replica.join(bytes: changeset) } } },
            { try decode.time { try readPages(changeset) } }, full.plainly, full.join, recorded.apply)
        let figures = [
            Figure(
                "apply", "joining into an empty replica, to raw inserts", .rowsPerSecond, ours: bench.rates(empty),
                peer: bench.rates(plain), bar: .ratio(atLeast: 0.5)),
            full.figure,
            Figure("apply.decode", "reading the changeset alone, to raw inserts", ours: decode, peer: plain),
        ]
        return Findings(figures: figures + recorded.figures(to: plain), notes: recorded.peer.notes)
    }

    private static func readPages(_ file: [UInt8]) throws {
        for page in try ChangesetFile(file).pages { _ = try ChangesetPage(encoded: page) }
    }
}

/// The same where there are as many other rows already.
private struct FullApplying {
    private let bench: Workbench
    private let changeset: [UInt8]
    private let others: [PromptRow]
    private let othersChangeset: [UInt8]
    private let plain = Samples()
    private let ours = Samples()

    init(_ bench: Workbench, _ changeset: [UInt8]) throws {
        (self.bench, self.changeset) = (bench, changeset)
        let others = PromptRow.generated(bench.rows.count, by: bench.user, seed: 5)
        self.others = others
        othersChangeset = try bench.withReplica { replica in
            try replica.insert(Workbench.cut(others))
            return try replica.changeset().bytes
        }
    }

    func plainly() throws {
        try bench.withPlainTable { table in
            try table.insert([others])
            try plain.time { try table.insert([bench.rows]) }
        }
    }

    func join() throws {
        try bench.withReplica { replica in
            try replica.join(bytes: othersChangeset)
            try ours.time { try replica.join(bytes: changeset) }
        }
    }

    var figure: Figure {
        Figure(
            "apply.full", "joining into a replica of as many other rows, to raw inserts", .rowsPerSecond,
            ours: bench.rates(ours), peer: bench.rates(plain), bar: .ratio(atLeast: 0.5))
    }
}

/// The session extension's changeset of the same rows, applied to an empty table.
private struct SessionApplying {
    let peer = SessionExtension.ifAny()
    private let bench: Workbench
    private let inserts: [UInt8]
    private let samples = Samples()

    init(_ bench: Workbench) throws {
        self.bench = bench
        let session = peer.session
        inserts =
            try session.map { session in
                try bench.withPlainTable { table in try table.recorded(by: session) { try table.insert([bench.rows]) } }
            } ?? []
    }

    func apply() throws {
        guard let session = peer.session else { return }
        try bench.withPlainTable { table in try samples.time { try table.apply(inserts, by: session) } }
    }

    func figures(to plain: Samples) -> [Figure] {
        guard peer.session != nil else { return [] }
        return [
            Figure(
                "apply.session.plain", "a session's changeset into an empty table, to raw inserts", .rowsPerSecond,
                ours: bench.rates(samples), peer: bench.rates(plain))
        ]
    }
}

extension Replica {
    func join(bytes: [UInt8]) throws { _ = try join(ChangesetFile(bytes)) }
}
