import Changesets
import PromptLibrary
import ReplicaStore
import SyncClient
import SyncEngine

/// A server process with one workspace, and nodes of this process that sync with it over loopback HTTP.
final class RemoteTeam {
    let server: ServerProcess
    let serverData: DataDirectory
    let connection: ServerConnection
    private let bench: Workbench

    init(_ bench: Workbench) throws {
        self.bench = bench
        serverData = DataDirectory(path: bench.newPath())
        server = try ServerProcess(bench.offbook, data: serverData.path, output: bench.newPath())
        connection = ServerConnection(url: server.url, token: try server.token(workspace: "bench"))
    }

    /// With an empty library.
    func newNode() async throws -> RemoteNode {
        try await RemoteNode(DataDirectory(path: bench.newPath()), connection)
    }

    func stop() { server.stop() }
}

/// A replica of this process, and the way to its server.
struct RemoteNode {
    let data: DataDirectory
    let replica: Replica
    private let transport: HTTPSyncTransport

    /// Connects it where there is nothing yet.
    init(_ data: DataDirectory, _ connection: ServerConnection) async throws {
        self.data = data
        transport = try HTTPSyncTransport(url: connection.url, token: connection.token)
        let workspaces = Workspaces(data, nodeName: "node", userName: "bench")
        if workspaces.isEmpty {
            _ = try await workspaces.connect(connection, over: transport, nil, adopting: false)
        }
        replica = try workspaces.open().replica
    }

    /// As `offbook sync` does it.
    @discardableResult
    func sync() async throws -> SyncSummary {
        let summary = try await Library(replica).sync(over: transport)
        guard summary.denials.isEmpty, summary.skipped.isEmpty else { throw BenchError("not all rows were taken") }
        return summary
    }
}
