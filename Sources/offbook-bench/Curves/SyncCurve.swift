import PromptLibrary
import ReplicaStore
import SyncEngine

extension Measurement {
    /// What a first sync costs both sides, by the rows that it moves.
    static let curves = Measurement("curves") { bench in
        try SyncCurve(bench, rows: [0, 100, 1000, 10_000, 100_000]).findings
    }

    static let largeCurves = Measurement("curves.large", isLong: true) { bench in
        try SyncCurve(bench, rows: [100, 10_000, bench.libraryRows]).findings
    }
}

/// What one sync took.
private struct SyncCost {
    let rows: Int
    let way: String
    /// Of `offbook sync`, a process of its own.
    let client: Program.Use
    let serverCPU: Double
    let serverMemory: Double
    var counted = SyncCount()
}

/// What is the same each time.
private struct SyncCount {
    var bytes = 0
    var clientRows = 0
    var serverRows = 0
}

private struct SyncCurve {
    private let bench: Workbench
    private var costs: [SyncCost] = []

    init(_ bench: Workbench, rows: [Int]) throws {
        self.bench = bench
        for count in rows {
            let prompts = Workbench.cut(PromptRow.generated(count / 4, by: bench.user))
            let counts = try counted(prompts)
            var (push, pull) = try measured(prompts)
            (push.counted, pull.counted) = counts
            costs += [push, pull]
        }
    }

    /// By processes: a writer's push, and a new reader's pull.
    private func measured(_ prompts: [[PromptRow]]) throws -> (SyncCost, SyncCost) {
        let server = try ServerProcess(bench.offbook, data: bench.newPath(), output: bench.newPath())
        defer { server.stop() }
        let token = try server.token(workspace: "bench")
        let (writer, reader) = (bench.newPath(), bench.newPath())
        for data in [writer, reader] {
            try Program(bench.offbook, ["connect", server.url, "--token", token, "--data", data]).run()
        }
        let library = try Workspaces(DataDirectory(path: writer), nodeName: "node", userName: "bench").open()
        try library.replica.fill(prompts)
        try library.replica.close()
        // An owner's first password took its share of memory.
        try server.use.forgetPeak()
        let rows = prompts.reduce(0) { $0 + $1.count } * 4
        return (try sync(writer, server, rows, "push"), try sync(reader, server, rows, "pull"))
    }

    private func sync(_ data: String, _ server: ServerProcess, _ rows: Int, _ way: String) throws -> SyncCost {
        let before = server.use.cpu
        let client = try Program(bench.offbook, ["sync", "--data", data]).runWatched()
        return SyncCost(
            rows: rows, way: way, client: client, serverCPU: server.use.cpu - before, serverMemory: server.use.peak)
    }

    /// In this process, which sees each message and each row.
    private func counted(_ prompts: [[PromptRow]]) throws -> (SyncCount, SyncCount) {
        _ = OpenedConnections.watch
        OpenedConnections.countRows(true)
        defer { OpenedConnections.countRows(false) }
        let nodes = try (0..<3).map { place in
            let path = bench.newPathInMemory()
            try Replica.create(path: path, Workbench.founding(bench.workspace, bench.user))
            return try Replica(path: path, access: place == 0 ? .server : .command)
        }
        defer { for node in nodes { try? node.close() } }
        try nodes[1].fill(prompts)
        return (try count(nodes[1], with: nodes[0]), try count(nodes[2], with: nodes[0]))
    }

    private func count(_ client: Replica, with server: Replica) throws -> SyncCount {
        let (clientRows, serverRows) = (
            OpenedConnections.rows(of: client.path), OpenedConnections.rows(of: server.path)
        )
        var count = SyncCount()
        try synchronize(client, with: server) { count.bytes += try $0.byteCount() + $1.byteCount() }
        count.clientRows = OpenedConnections.rows(of: client.path) - clientRows
        count.serverRows = OpenedConnections.rows(of: server.path) - serverRows
        return count
    }

    var findings: Findings { Findings(tables: [table]) }

    private var table: TextTable {
        TextTable(
            title: "What a first sync costs, by the rows that it moves: offbook sync as a process, and its server.",
            head: [
                "ROWS", "WAY", "MS", "CLIENT CPU MS", "SERVER CPU MS", "BYTES", "CLIENT READS", "SERVER READS",
                "CLIENT MB", "SERVER MB",
            ],
            lines: costs.map(Self.cells), saying: saying)
    }

    private static func cells(_ cost: SyncCost) -> [String] {
        [
            String(cost.rows), cost.way, Digits.text(cost.client.seconds * 1000), Digits.text(cost.client.cpu * 1000),
            Digits.text(cost.serverCPU), String(cost.counted.bytes), String(cost.counted.clientRows),
            String(cost.counted.serverRows), Digits.text(cost.client.memory / 1e6),
            Digits.text(cost.serverMemory / 1e6),
        ]
    }

    private var saying: String {
        let each = costs.suffix(2).filter { $0.rows > 0 }.map { cost in
            let (cpu, bytes) = (
                cost.serverCPU * 1000 / Double(cost.rows), Double(cost.counted.bytes) / Double(cost.rows)
            )
            return "\(cost.way)ed row \(Digits.text(cpu)) µs of the server's processor and \(Digits.text(bytes)) bytes"
        }
        return "At the largest, a " + each.joined(separator: ", a ")
            + ". READS are rows that SQLite's statements gave; MB the most that was resident."
    }
}
