import Changesets
import DirectoryStore
import ReplicaStore

extension Measurement {
    /// What a small sync costs a server, by the replicas of one workspace, and by the workspaces.
    static let serverCurves = serverCurves("curves.server", of: [1, 10, 100])
    static let largeServerCurves = serverCurves("curves.server.large", isLong: true, of: [1, 10, 100, 1000])

    private static func serverCurves(_ name: String, isLong: Bool = false, of counts: [Int]) -> Measurement {
        Measurement(name, isLong: isLong) { bench in
            let (shared, crowded) = (try RemoteTeam(bench), try RemoteTeam(bench))
            defer { for team in [shared, crowded] { team.stop() } }
            let pulls = try await ReplicaCurve(bench, shared).costs(counts.filter { $0 > 1 })
            let pushes = try await WorkspaceCurve(bench, crowded).costs(counts)
            return Findings(tables: [ServerCost.table(pulls: pulls, pushes: pushes)])
        }
    }
}

/// One workspace that more and more replicas share: one edits a prompt, all others pull that.
private final class ReplicaCurve {
    private static let prompts = 250

    private let bench: Workbench
    private let team: RemoteTeam
    private let writer: RemoteNode
    private var readers: [DataDirectory] = []

    init(_ bench: Workbench, _ team: RemoteTeam) async throws {
        (self.bench, self.team) = (bench, team)
        writer = try await team.newNode()
        try writer.replica.fill([Array(bench.library.prefix(Self.prompts))])
        try await writer.sync()
    }

    func costs(_ counts: [Int]) async throws -> [ServerCost] {
        var costs: [ServerCost] = []
        for count in counts {
            while readers.count < count - 1 {
                readers.append(DataDirectory(path: bench.newPathInMemory()))
                try await visit(readers.count - 1)
            }
            costs.append(try await cost(replicas: count))
        }
        try writer.replica.close()
        return costs
    }

    private func visit(_ reader: Int) async throws {
        let node = try await RemoteNode(readers[reader], team.connection)
        try await node.sync()
        try node.replica.close()
    }

    private func cost(replicas: Int) async throws -> ServerCost {
        try writer.replica.write { transaction in
            let name = Value.text("shared by \(replicas)")
            try transaction.update(.prompts, bench.library[0].id, ["name": name])
        }
        try await writer.sync()
        let before = team.server.use.cpu
        for reader in readers.indices { try await visit(reader) }
        return ServerCost(
            "\(replicas) replicas, each pulls an edit", team.server.use, syncs: readers.count,
            spent: team.server.use.cpu - before)
    }
}

/// More and more workspaces of one replica each, which edits a prompt and pushes that.
private final class WorkspaceCurve {
    private static let prompts = 25

    private let bench: Workbench
    private let team: RemoteTeam
    private let directory: DirectoryStore
    private var writers: [(data: DataDirectory, connection: ServerConnection)] = []

    init(_ bench: Workbench, _ team: RemoteTeam) async throws {
        (self.bench, self.team) = (bench, team)
        directory = try DirectoryStore(team.serverData)
    }

    func costs(_ counts: [Int]) async throws -> [ServerCost] {
        var costs: [ServerCost] = []
        for count in counts {
            while writers.count < count { try await add() }
            costs.append(try await cost())
        }
        return costs
    }

    private func add() async throws {
        let token = try directory.createToken(workspace: "workspace \(writers.count)")
        let connection = ServerConnection(url: team.server.url, token: token)
        writers.append((DataDirectory(path: bench.newPathInMemory()), connection))
        try await visit(writers.count - 1) { replica in
            try replica.fill([Array(bench.library.prefix(Self.prompts))])
        }
    }

    private func visit(_ writer: Int, _ change: (Replica) throws -> Void) async throws {
        let node = try await RemoteNode(writers[writer].data, writers[writer].connection)
        try change(node.replica)
        try await node.sync()
        try node.replica.close()
    }

    private func cost() async throws -> ServerCost {
        let before = team.server.use.cpu
        for writer in writers.indices {
            try await visit(writer) { replica in
                try replica.write { transaction in
                    let name = Value.text("one of \(writers.count)")
                    try transaction.update(.prompts, bench.library[0].id, ["name": name])
                }
            }
        }
        return ServerCost(
            "\(writers.count) workspaces, each pushes an edit", team.server.use, syncs: writers.count,
            spent: team.server.use.cpu - before)
    }
}
