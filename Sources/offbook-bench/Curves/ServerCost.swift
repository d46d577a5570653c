/// What a small sync cost a server that holds so much.
struct ServerCost {
    let what: String
    let syncs: Int
    /// Milliseconds of the processor a sync.
    let cpu: Double
    let memory: Double
    let files: Int

    /// - Parameter spent: milliseconds of the processor, of all the syncs.
    init(_ what: String, _ use: ProcessUse, syncs: Int, spent: Double) {
        (self.what, self.syncs) = (what, syncs)
        cpu = spent / Double(syncs)
        (memory, files) = (use.memory, use.files)
    }

    static func table(pulls: [ServerCost], pushes: [ServerCost]) -> TextTable {
        TextTable(
            title: "What a small sync costs a server: by the replicas of a workspace, and by the workspaces in use.",
            head: ["SERVER", "SYNCS", "CPU MS A SYNC", "RESIDENT MB", "FILES OPEN"],
            lines: (pulls + pushes).map {
                [$0.what, String($0.syncs), Digits.text($0.cpu), Digits.text($0.memory / 1e6), String($0.files)]
            }, saying: saying(pulls, pushes))
    }

    /// Teams of 20, of whom each edits 20 times in 8 hours; the others of the team pull each edit.
    private static func saying(_ pulls: [ServerCost], _ pushes: [ServerCost]) -> String {
        guard let pull = pulls.last, let push = pushes.last, let first = pushes.first else { return "" }
        let (teams, rate) = (5000.0, 100_000.0 * 20 / 28_800)
        let cores = rate * (push.cpu + 19 * pull.cpu) / 1000
        let each = (push.memory - first.memory) / Double(max(1, push.syncs - first.syncs))
        return """
            100,000 users in teams of 20, who each edit 20 times in 8 hours, are \(Digits.text(rate)) pushes and \
            \(Digits.text(rate * 19)) pulls a second: \(Digits.text(cores)) cores, and \
            \(Digits.text((first.memory + each * teams) / 1e9)) GB where all \(Int(teams)) workspaces are open, at \
            \(Digits.text(each / 1e6)) MB each.
            """
    }
}
