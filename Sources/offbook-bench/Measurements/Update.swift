import ReplicaStore

extension Measurement {
    /// Renaming every prompt in a random order, against the same updates of plain SQLite. What was
    /// inserted before has been folded.
    static let update = Measurement("update") { bench in
        let (plain, captured, tracked, fold) = (Samples(), Samples(), Samples(), Samples())
        let (batches, shuffled) = (bench.batches, bench.shuffledBatches)
        try bench.rounds(
            nil,
            {
                try bench.withPlainTable { table in
                    try table.insert(batches)
                    try plain.time { try table.rename(shuffled) }
                }
            },
            {
                try bench.withReplica { replica in
                    try replica.insert(batches)
                    try replica.foldPending()
                    let table = try PromptTable(path: replica.path)
                    defer { try? table.close() }
                    try captured.time { try table.rename(shuffled) }
                }
            },
            {
                try bench.withReplica { replica in
                    try replica.insert(batches)
                    try replica.foldPending()
                    try tracked.time { try replica.rename(shuffled) }
                    try fold.time { try replica.foldPending() }
                }
            })
        return [
            Figure("update.capture", "the same raw updates, on a replica's triggers", ours: captured, peer: plain),
            Figure("update", "WriteTransaction.update, sealed, to raw updates", ours: tracked, peer: plain),
            Figure("update.fold", "folding them, to the raw updates", ours: fold, peer: plain),
            Figure("update+fold", "both, to the raw updates", ours: tracked + fold, peer: plain),
        ]
    }
}
