import ReplicaStore

extension Measurement {
    /// Inserting prompts, against the same inserts into plain SQLite: what capture costs, what
    /// Offbook's interface adds, and what folding the log into clocks costs afterwards.
    static let insert = Measurement("insert") { bench in
        let inserting = Inserting(bench: bench)
        try bench.rounds(inserting.plainly, inserting.captured, inserting.tracked)
        return inserting.figures
    }
}

private struct Inserting {
    let bench: Workbench
    private let plain = Samples()
    private let capture = Samples()
    private let api = Samples()
    private let fold = Samples()

    init(bench: Workbench) { self.bench = bench }

    func plainly() throws {
        try bench.withPlainTable { table in try plain.time { try table.insert(bench.batches) } }
    }

    func captured() throws {
        try bench.withReplica { replica in
            let table = try PromptTable(path: replica.path)
            defer { try? table.close() }
            try capture.time { try table.insert(bench.batches) }
        }
    }

    func tracked() throws {
        try bench.withReplica { replica in
            try api.time { try replica.insert(bench.batches) }
            try fold.time { try replica.foldPending() }
        }
    }

    var figures: [Figure] {
        [
            Figure("insert.capture", "the same raw inserts, on a replica's triggers", ours: capture, peer: plain),
            Figure("insert", "WriteTransaction.insert, sealed, to raw inserts", ours: api, peer: plain),
            Figure("insert.fold", "folding them, to the raw inserts", ours: fold, peer: plain),
            Figure("insert+fold", "both, to the raw inserts", ours: api + fold, peer: plain),
        ]
    }
}
