import PromptLibrary
import ReplicaStore

extension Measurement {
    /// The first sync of a new node in a large library: offbook sync from its start to its end, and the most that was
    /// resident of it.
    static let bootstrap = Measurement("bootstrap", isLong: true) { bench in
        let source = try BootstrapSource(bench)
        defer { source.server.stop() }
        try await bench.rounds(source.bootstrap, source.plainly)
        return source.figures
    }
}

private final class BootstrapSource {
    let server: ServerProcess
    private let bench: Workbench
    private let token: String
    private let rows: Int
    private let times = Samples()
    private let plain = Samples()
    private let memory = Samples()

    init(_ bench: Workbench) throws {
        self.bench = bench
        server = try ServerProcess(bench.offbook, data: bench.newPath(), output: bench.newPath())
        token = try server.token(workspace: "bench")
        rows = bench.libraryRows / 4 * 4
        let data = try newLibrary()
        let library = try Workspaces(DataDirectory(path: data), nodeName: "node", userName: "bench").open()
        try library.replica.fill(Workbench.cut(PromptRow.generated(rows / 4, by: bench.user)))
        try library.replica.close()
        try Program(bench.offbook, ["sync", "--data", data]).run()
        bench.remove(data)
    }

    private func newLibrary() throws -> String {
        let data = bench.newPath()
        try Program(bench.offbook, ["connect", server.url, "--token", token, "--data", data]).run()
        return data
    }

    func bootstrap() throws {
        let data = try newLibrary()
        let use = try Program(bench.offbook, ["sync", "--data", data]).runWatched()
        times.note(use.seconds * 1000)
        memory.note(use.memory / 1e6)
        let library = try Workspaces(DataDirectory(path: data), nodeName: "node", userName: "bench").open()
        guard try library.replica.rowCount(of: "prompts") == rows / 4 else { throw BenchError("not all has come") }
        try library.replica.close()
        bench.remove(data)
    }

    func plainly() throws {
        try bench.withPlainTable { table in try plain.time { try table.insert([bench.rows]) } }
    }

    var figures: [Figure] {
        [
            Figure(
                "bootstrap", "\(rows) rows to a new node, to raw inserts of \(bench.rows.count)", .rowsPerSecond,
                ours: times.rates(of: rows), peer: bench.rates(plain), bar: .ours(atLeast: 100_000)),
            Figure(
                "bootstrap.memory", "the most that was resident of the node", .megabytes, ours: memory,
                bar: .ours(atMost: 150)),
        ]
    }
}
