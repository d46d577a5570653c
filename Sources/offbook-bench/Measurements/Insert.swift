import ReplicaStore

extension Measurement {
    /// Inserting prompts, against the same inserts into plain SQLite: what capture costs, what
    /// Offbook's interface adds, and what folding the log into clocks costs afterwards.
    static let insert = Measurement("insert") { bench in
        let (plain, captured, tracked, fold) = (Samples(), Samples(), Samples(), Samples())
        let batches = bench.batches
        try bench.rounds(
            nil,
            { try bench.withPlainTable { table in try plain.time { try table.insert(batches) } } },
            { try bench.withCapturedTable { table in try captured.time { try table.insert(batches) } } },
            {
                try bench.withReplica { replica in
                    try tracked.time { try replica.insert(batches) }
                    try fold.time { try replica.foldPending() }
                }
            })
        return [
            Figure("insert.capture", "the same raw inserts, on a replica's triggers", ours: captured, peer: plain),
            Figure("insert", "WriteTransaction.insert, sealed, to raw inserts", ours: tracked, peer: plain),
            Figure("insert.fold", "folding them, to the raw inserts", ours: fold, peer: plain),
            Figure("insert+fold", "both, to the raw inserts", ours: tracked + fold, peer: plain),
        ]
    }
}
