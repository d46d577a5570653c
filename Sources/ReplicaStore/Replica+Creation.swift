package import Changesets
internal import FoundationEssentials
internal import GRDB

extension Replica {
    /// Who a new replica is to be.
    package struct Founding: Sendable {
        package var workspace: RowID
        /// Nil where the workspace's own row comes from elsewhere: a server or a file.
        package var workspaceName: String?
        package var nodeName: String
        package var userName: String
        /// Nil for a new user.
        package var user: RowID?

        package init(
            workspace: RowID, workspaceName: String?, nodeName: String, userName: String, user: RowID? = nil
        ) {
            self.workspace = workspace
            self.workspaceName = workspaceName
            self.nodeName = nodeName
            self.userName = userName
            self.user = user
        }
    }

    /// Makes a replica at a path where there is none. A crash leaves nothing there.
    ///
    /// The file appears whole under its name: it is made beside it, closed, and linked, which
    /// fails where another process was first.
    package static func create(
        path: String, _ founding: Founding, _ surroundings: Surroundings = Surroundings()
    ) throws {
        let draft = "\(path).\(hexadecimal(surroundings.random.bytes(16)))"
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: draft + suffix) } }
        let replica = try Replica(path: draft, surroundings)
        try replica.found(founding)
        try replica.close()
        do {
            try FileManager.default.linkItem(atPath: draft, toPath: path)
        } catch {
            throw ReplicaError(.io, "\(path) could not be made: \(error)")
        }
    }

    private func found(_ founding: Founding) throws {
        try bootstrap(founding)
        try write { transaction in
            try transaction.execute(
                "INSERT INTO users (id, name, created_at) VALUES (?, ?, ?)",
                [.blob(transaction.user), .text(founding.userName), .integer(transaction.now)])
            try transaction.execute(
                "INSERT INTO nodes (id, name, user_id) VALUES (?, ?, ?)",
                [.blob(transaction.replica.rowID), .text(founding.nodeName), .blob(transaction.user)])
            guard let name = founding.workspaceName else { return }
            try transaction.execute(
                "INSERT INTO workspaces (id, name, created_at) VALUES (?, ?, ?)",
                [.blob(founding.workspace), .text(name), .integer(transaction.now)])
        }
    }

    /// The row that says who this replica is must be there before any other is written.
    private func bootstrap(_ founding: Founding) throws {
        let user = founding.user ?? .uuid7(at: machineTime(), random)
        try writeUnidentified {
            try $0.execute(
                sql: """
                    INSERT INTO replica (only, workspace_id, replica_id, node_name, user_id, epoch)
                    VALUES (1, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    founding.workspace.blob, ReplicaID.random(random).rowID.blob, founding.nodeName, user.blob,
                    ReplicaID.random(random).rowID.blob,
                ])
        }
    }
}
