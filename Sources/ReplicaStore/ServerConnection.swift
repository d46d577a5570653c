package import Changesets
internal import FoundationEssentials

/// Which server a replica syncs with. Kept beside the replica in a file that only its owner may
/// read, as the replica itself may be copied or sent.
package struct ServerConnection: Codable, Sendable, Equatable {
    package var url: String
    package var token: String

    package init(url: String, token: String) {
        self.url = url
        self.token = token
    }
}

extension DataDirectory {
    private func connectionPath(_ workspace: RowID) -> String { "\(path)/workspaces/\(workspace).server.json" }

    package func connection(of workspace: RowID) throws -> ServerConnection? {
        guard let data = FileManager.default.contents(atPath: connectionPath(workspace)) else { return nil }
        do {
            return try JSONDecoder().decode(ServerConnection.self, from: data)
        } catch {
            throw ReplicaError(.damaged, "\(connectionPath(workspace)) can't be read; run offbook connect again")
        }
    }

    package func setConnection(_ connection: ServerConnection, of workspace: RowID) throws {
        try SecretFile.write(JSONEncoder().encode(connection), to: connectionPath(workspace))
    }

    package func removeConnection(of workspace: RowID) {
        try? FileManager.default.removeItem(atPath: connectionPath(workspace))
    }
}
