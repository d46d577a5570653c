package import Changesets
internal import FoundationEssentials
internal import Glibc

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

    /// Replaces the file whole; its mode is set before anything is in it.
    package func setConnection(_ connection: ServerConnection, of workspace: RowID) throws {
        let draft = connectionPath(workspace) + ".new"
        let data = try JSONEncoder().encode(connection)
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ReplicaError(.readOnly, "\(draft) can't be written") }
        defer { close(file) }
        let written = data.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard written == data.count, fsync(file) == 0, rename(draft, connectionPath(workspace)) == 0 else {
            throw ReplicaError(.io, "\(connectionPath(workspace)) can't be written")
        }
    }

    package func removeConnection(of workspace: RowID) {
        try? FileManager.default.removeItem(atPath: connectionPath(workspace))
    }
}
