import ReplicaStore

extension Measurement {
    /// Transactions of one insert each, against the same of plain SQLite, as each commit is synced to the disk and as
    /// none is. Offbook has no setting for the latter: its connection is told behind its back.
    static let single = Measurement("single") { bench in
        var figures: [Figure] = []
        for durability in [PromptTable.Durability.full, .normal] {
            let single = Singles(bench: bench, durability: durability)
            try await bench.rounds(single.plainly, single.captured, single.tracked)
            figures += single.figures
        }
        return figures
    }
}

private struct Singles {
    let bench: Workbench
    let durability: PromptTable.Durability
    private let plain = Samples()
    private let capture = Samples()
    private let api = Samples()
    private let batches: [[PromptRow]]

    private static let countMost = 4000

    init(bench: Workbench, durability: PromptTable.Durability) {
        self.bench = bench
        self.durability = durability
        batches = bench.rows.prefix(Self.countMost).map { [$0] }
    }

    func plainly() throws {
        try bench.withPlainTable(durability) { table in try plain.time { try table.insert(batches) } }
    }

    func captured() throws {
        try bench.withReplica { replica in
            let table = try PromptTable(path: replica.path, durability)
            defer { try? table.close() }
            try capture.time { try table.insert(batches) }
        }
    }

    func tracked() throws {
        _ = OpenedConnections.watch
        try bench.withReplica { replica in
            try OpenedConnections.execute("PRAGMA synchronous = \(durability.rawValue)", onLastOf: replica.path)
            try api.time { try replica.insert(batches) }
        }
    }

    var figures: [Figure] {
        let (name, what) = ("single.\(durability)", "\(batches.count) transactions, synchronous \(durability.rawValue)")
        return [
            Figure("\(name).capture", "raw inserts on a replica's triggers: \(what)", ours: capture, peer: plain),
            Figure(
                name, "WriteTransaction.insert, sealed: \(what)", ours: api, peer: plain, bar: .ratio(atMost: 1.3)),
        ]
    }
}
