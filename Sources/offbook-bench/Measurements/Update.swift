import GRDB
import ReplicaStore

extension Measurement {
    /// Renaming every prompt in a random order, against the same updates of plain SQLite. What was
    /// inserted before has been folded.
    static let update = Measurement("update") { bench in
        let updating = Updating(bench: bench)
        try await bench.rounds(
            updating.plainly, updating.bound, updating.recorded, updating.captured, updating.tracked)
        return updating.findings
    }
}

private struct Updating {
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
        arguments = PromptRow.boundRenames(bench.shuffledBatches)
    }

    func plainly() throws {
        try bench.withFilledTable { table in try plain.time { try table.rename(bench.shuffledBatches) } }
    }

    func bound() throws {
        try bench.withFilledTable { table in try binding.time { try table.renameBound(arguments) } }
    }

    func recorded() throws {
        guard let extended = peer.session else { return }
        try bench.withFilledTable { table in
            _ = try table.recorded(by: extended) { try session.time { try table.rename(bench.shuffledBatches) } }
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

    var findings: Findings {
        let bar = Bar.ratio(atMost: 1.5)
        var figures = [
            Figure("update.capture", "the same raw updates, on a replica's triggers", ours: capture, peer: plain),
            Figure("update", "WriteTransaction.update, sealed, to raw updates", ours: api, peer: plain, bar: bar),
            Figure("update.binding", "the same, to plain updates through GRDB", ours: api, peer: binding),
            Figure("update.fold", "folding them, to the raw updates", ours: fold, peer: plain),
            Figure("update+fold", "both, to the raw updates", ours: api + fold, peer: plain),
        ]
        if peer.session != nil {
            figures += [
                Figure(
                    "update.session", "WriteTransaction.update, to a session on raw updates", ours: api, peer: session),
                Figure("update.session.plain", "a session, to raw updates without one", ours: session, peer: plain),
            ]
        }
        return Findings(figures: figures, notes: peer.notes)
    }
}
