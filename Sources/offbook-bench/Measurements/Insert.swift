import GRDB
import ReplicaStore

extension Measurement {
    /// Inserting prompts, against the same inserts into plain SQLite: what capture costs, what
    /// Offbook's interface adds, and what folding the log into clocks costs afterwards.
    static let insert = Measurement("insert") { bench in
        let inserting = Inserting(bench: bench)
        try await bench.rounds(
            inserting.plainly, inserting.bound, inserting.recorded, inserting.captured, inserting.tracked)
        return inserting.findings
    }
}

private struct Inserting {
    let bench: Workbench
    private let plain = Samples()
    private let binding = Samples()
    private let session = Samples()
    private let capture = Samples()
    private let api = Samples()
    private let fold = Samples()
    private let peer = SessionExtension.ifAny()
    private let arguments: [[StatementArguments]]

    init(bench: Workbench) {
        self.bench = bench
        arguments = PromptRow.boundInserts(bench.batches)
    }

    func plainly() throws {
        try bench.withPlainTable { table in try plain.time { try table.insert(bench.batches) } }
    }

    func bound() throws {
        try bench.withPlainTable { table in try binding.time { try table.insertBound(arguments) } }
    }

    func recorded() throws {
        guard let extended = peer.session else { return }
        try bench.withPlainTable { table in
            _ = try table.recorded(by: extended) { try session.time { try table.insert(bench.batches) } }
        }
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

    var findings: Findings {
        let bar = Bar.ratio(atMost: 1.5)
        var figures = [
            Figure("insert.capture", "the same raw inserts, on a replica's triggers", ours: capture, peer: plain),
            Figure("insert", "WriteTransaction.insert, sealed, to raw inserts", ours: api, peer: plain, bar: bar),
            Figure("insert.binding", "the same, to plain inserts through GRDB", ours: api, peer: binding),
            Figure("insert.fold", "folding them, to the raw inserts", ours: fold, peer: plain),
            Figure("insert+fold", "both, to the raw inserts", ours: api + fold, peer: plain),
        ]
        if peer.session != nil {
            figures += [
                Figure(
                    "insert.session", "WriteTransaction.insert, to a session on raw inserts", ours: api, peer: session),
                Figure("insert.session.plain", "a session, to raw inserts without one", ours: session, peer: plain),
            ]
        }
        return Findings(figures: figures, notes: peer.notes)
    }
}
