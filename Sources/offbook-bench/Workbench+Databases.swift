import FoundationEssentials
import ReplicaStore

extension Workbench {
    /// Runs `body` on a new plain database and removes it.
    func withPlainTable<T>(
        _ durability: PromptTable.Durability = .full, _ body: (PromptTable) throws -> T
    ) throws -> T {
        try withFile { path in
            let table = try PromptTable(path: path, durability)
            defer { try? table.close() }
            try table.define(definition)
            return try body(table)
        }
    }

    /// Runs `body` on a new plain database that holds all rows.
    func withFilledTable<T>(_ body: (PromptTable) throws -> T) throws -> T {
        try withPlainTable { table in
            try table.insert(batches)
            return try body(table)
        }
    }

    /// Runs `body` on a new replica and removes it.
    func withReplica<T>(_ body: (Replica) throws -> T) throws -> T {
        try withFile { path in
            try Replica.create(path: path, Self.founding(workspace, user))
            let replica = try Replica(path: path)
            defer { try? replica.close() }
            return try body(replica)
        }
    }

    /// Runs `body` on a new replica that holds all rows, folded.
    func withFilledReplica<T>(_ body: (Replica) throws -> T) throws -> T {
        try withReplica { replica in
            try fillFolded(replica)
            return try body(replica)
        }
    }

    /// The same, which stays until all is removed, for what waits.
    func filledReplica() throws -> Replica {
        let path = newPath()
        try Replica.create(path: path, Self.founding(workspace, user))
        let replica = try Replica(path: path)
        try fillFolded(replica)
        return replica
    }

    private func fillFolded(_ replica: Replica) throws {
        try replica.insert(batches)
        try replica.foldPending()
    }

    private func withFile<T>(_ body: (String) throws -> T) throws -> T {
        let path = newPath()
        defer { remove(path) }
        return try body(path)
    }

    /// A database or a directory.
    func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    /// A data directory with one library.
    func newDataDirectory() throws -> (path: String, replica: Replica) {
        let path = newPath()
        return (path, try DataDirectory(path: path).create(Self.founding(workspace, user)))
    }
}
