package import Changesets
internal import FoundationEssentials

/// A node's data directory: one replica file a workspace, and who its server is.
package struct DataDirectory: Sendable {
    package let path: String
    /// Whether a server's accounts are backed up, with all else, before a migration of theirs.
    package var backsUp = true

    package init(path: String) { self.path = path }

    package func replicaPath(_ workspace: RowID) -> String { "\(workspacesPath)/\(workspace).sqlite" }

    package var workspacesPath: String { "\(path)/workspaces" }

    /// Whether a server keeps its accounts here.
    package var hasDirectory: Bool { FileManager.default.fileExists(atPath: "\(path)/directory.sqlite") }

    /// Whether a workspace has a replica here.
    package func holds(_ workspace: RowID) -> Bool { FileStatus(replicaPath(workspace)) != nil }

    /// The workspaces that have a replica here.
    package func workspaces() -> [RowID] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: workspacesPath)) ?? []
        return files.filter { $0.hasSuffix(".sqlite") }.compactMap { RowID(hex: String($0.dropLast(7))) }.sorted()
    }

    /// Makes the directory, for its owner's eyes only.
    package func prepare() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: workspacesPath, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            throw ReplicaError(noSpaceFor: path)
        } catch {
            throw ReplicaError(.readOnly, "the data directory \(path) can't be made; check the permissions around it")
        }
    }

    /// To be called while the directory is `locked`.
    package func create(_ founding: Replica.Founding) throws -> Replica {
        try prepare()
        removeDrafts()
        try Replica.create(path: replicaPath(founding.workspace), founding)
        let replica = try Replica(path: replicaPath(founding.workspace))
        // So that the others know it before there is anything that it signed.
        _ = try replica.signingKey()
        return replica
    }

    /// What processes left behind that were ended while they made a replica. Nobody makes one now.
    private func removeDrafts() {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: workspacesPath)) ?? []
        for file in files where file.wholeMatch(of: /[0-9a-f]{32}\.sqlite\.[0-9a-f]{32}(-wal|-shm)?/) != nil {
            try? FileManager.default.removeItem(atPath: "\(workspacesPath)/\(file)")
        }
    }

    /// Removes the file of a replica that has been retired into another one.
    package func remove(_ workspace: RowID) {
        for suffix in [".sqlite", ".sqlite-wal", ".sqlite-shm", ".key"] {
            try? FileManager.default.removeItem(atPath: "\(workspacesPath)/\(workspace)\(suffix)")
        }
    }

    /// Runs `body` while no other process makes or removes replicas here.
    package func locked<T>(_ body: () throws -> T) throws -> T {
        try prepare()
        let lock = try FileLock("\(path)/lock")
        return try withExtendedLifetime(lock, body)
    }
}
