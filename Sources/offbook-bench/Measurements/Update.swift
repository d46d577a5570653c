import ReplicaStore

extension Measurement {
    /// Renaming every prompt in a random order, against the same updates of plain SQLite. What was
    /// inserted before has been folded.
    static let update = Measurement("update") { bench in
        let updating = Updating(bench: bench)
        try bench.rounds(updating.plainly, updating.captured, updating.tracked)
        return updating.figures
    }
}

private struct Updating {
    let bench: Workbench
    private let plain = Samples()
    private let capture = Samples()
    private let api = Samples()
    private let fold = Samples()

    init(bench: Workbench) { self.bench = bench }

    func plainly() throws {
        try bench.withPlainTable { table in
            try table.insert(bench.batches)
            try plain.time { try table.rename(bench.shuffledBatches) }
        }
    }

    func captured() throws {
        try bench.withFilledReplica { replica in
            let table = try PromptTable(path: replica.path)
            defer { try? table.close() }
            try capture.time { try table.rename(bench.shuffledBatches) }
        }
    }

    func tracked() throws {
        try bench.withFilledReplica { replica in
            try api.time { try replica.rename(bench.shuffledBatches) }
            try fold.time { try replica.foldPending() }
        }
    }

    var figures: [Figure] {
        [
            Figure("update.capture", "the same raw updates, on a replica's triggers", ours: capture, peer: plain),
            Figure("update", "WriteTransaction.update, sealed, to raw updates", ours: api, peer: plain),
            Figure("update.fold", "folding them, to the raw updates", ours: fold, peer: plain),
            Figure("update+fold", "both, to the raw updates", ours: api + fold, peer: plain),
        ]
    }
}
