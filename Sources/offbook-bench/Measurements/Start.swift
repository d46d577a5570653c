import Changesets
import Glibc
import ReplicaStore

extension Measurement {
    /// A server with many workspaces, each with a library: from its start until it says that it listens, and what is
    /// resident while nobody asks; against one without any.
    static let start = Measurement("start") { bench in
        let full = try StartedServer(bench, workspaces: workspaces)
        let empty = try StartedServer(bench, workspaces: 0)
        try await bench.rounds(full.start, empty.start)
        let what = "with \(workspaces) workspaces, to one with none"
        return [
            Figure(
                "start", "a server's start until it listens, \(what)", ours: full.times, peer: empty.times,
                bar: .ours(atMost: 300)),
            Figure(
                "start.memory", "resident while nobody asks, \(what)", .megabytes, ours: full.memory,
                peer: empty.memory, bar: .ours(atMost: 80)),
        ]
    }

    private static let workspaces = 1000
}

private final class StartedServer {
    let times = Samples()
    let memory = Samples()
    private let bench: Workbench
    private let data: DataDirectory

    /// The libraries are made as nodes that claim them make them.
    init(_ bench: Workbench, workspaces: Int) throws {
        self.bench = bench
        data = DataDirectory(path: bench.newPath())
        try data.prepare()
        try Crowd.fill(data, workspaces: workspaces, prompts: Array(bench.library.prefix(2)))
        // The first start of all makes an owner, with a password that takes its time.
        try serve().stop()
    }

    private func serve() throws -> ServerProcess {
        try ServerProcess(bench.offbook, data: data.path, output: bench.newPath())
    }

    func start() throws {
        let server = try serve()
        times.note(server.startTime)
        // What it does after it listens is to be over.
        usleep(1_500_000)
        memory.note(server.use.memory / 1e6)
        server.stop()
    }
}
