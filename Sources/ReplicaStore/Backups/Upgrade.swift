internal import FoundationEssentials
internal import GRDB
internal import Schema

/// A database, and which migrations it has.
package struct DatabaseSchema: Sendable {
    /// Below the data directory.
    package var path: String
    /// How many migrations it has.
    package var version: Int
    package var isDirectory: Bool
}

/// The migrations of a server's databases. A backup comes before any of them.
package struct Upgrade: Sendable {
    private let data: DataDirectory

    package init(_ data: DataDirectory) { self.data = data }

    /// The names of all migrations that this Offbook knows, in their order.
    package static var libraryMigrations: [String] { Schema.replica.map(\.name) }
    package static var directoryMigrations: [String] { Schema.directory.map(\.name) }

    /// The databases that are there, and how far each is.
    package func state() throws -> [DatabaseSchema] {
        let directory = data.hasDirectory ? [DataDirectory.directoryFile] : []
        let paths = directory + data.workspaces().map { "workspaces/\($0).sqlite" }
        return try paths.map { path in
            DatabaseSchema(
                path: path, version: try ReplicaPeek.schemaVersion("\(data.path)/\(path)"),
                isDirectory: path == DataDirectory.directoryFile)
        }
    }

    /// Brings all databases up to date, after one backup of them all.
    ///
    /// - Parameters:
    ///   - offbook: the version of this Offbook.
    ///   - openDirectory: brings the accounts up to date, and makes no backup.
    /// - Returns: the backup; nil where there was nothing to do.
    package func run(offbook: String, openDirectory: (DataDirectory) throws -> Void) throws -> Backup? {
        let pending = try state().filter { $0.version > 0 && $0.version < Self.known($0.isDirectory) }
        guard !pending.isEmpty else { return nil }
        let backup = try Backups(data).create(.beforeMigration, offbook: offbook)
        var surroundings = Surroundings()
        surroundings.beforeMigration = { _ in }
        for workspace in data.workspaces() {
            try Replica(path: data.replicaPath(workspace), surroundings).close()
        }
        if data.hasDirectory {
            var data = data
            data.backsUp = false
            try openDirectory(data)
        }
        return backup
    }

    private static func known(_ isDirectory: Bool) -> Int {
        isDirectory ? Schema.directory.count : Schema.replica.count
    }

    /// The newest backup that was made before a migration away from that schema of the libraries.
    ///
    /// - Throws: `ReplicaError.notFound`.
    package func backup(ofSchema version: Int) throws -> Backup {
        let found = Backups(data).list().first {
            $0.manifest.reason == .beforeMigration && $0.manifest.librarySchema == version
        }
        guard let found else {
            throw ReplicaError(
                .notFound,
                "there is no backup from before a migration of schema \(version); offbook admin backup list shows those there are"
            )
        }
        return found
    }
}

/// A database of a server is backed up with all others before a migration changes it.
@Sendable package func backUpServer(holding path: String) throws {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isLibrary = parts.dropLast().last == "workspaces"
    let data = DataDirectory(path: parts.dropLast(isLibrary ? 2 : 1).joined(separator: "/"))
    guard data.hasDirectory else { return }
    _ = try Backups(data).create(.beforeMigration, offbook: "")
}
