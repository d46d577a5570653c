package import Changesets
internal import Crypto
internal import FoundationEssentials
internal import GRDB
package import ReplicaStore
internal import Schema

/// A workspace as the server's directory knows it.
package struct DirectoryWorkspace: Hashable, Sendable {
    package var key: Int64
    /// Nil until a node claims it.
    package var id: RowID?
    package var name: String
}

/// The server's directory: which workspaces it serves, and which tokens open them.
package final class DirectoryStore: Sendable {
    private let writer: any DatabaseWriter
    private let clock: @Sendable () -> Int64
    private let path: String

    /// Begins every token, so that a leaked one is recognised.
    package static let tokenPrefix = "obt_"

    /// - Parameter clock: Unix milliseconds.
    package init(_ directory: DataDirectory, clock: @escaping @Sendable () -> Int64 = systemMilliseconds) throws {
        try directory.prepare()
        self.clock = clock
        let path = "\(directory.path)/directory.sqlite"
        var configuration = Configuration()
        configuration.busyMode = .timeout(60)
        self.path = path
        writer = try ReplicaError.translating(path) {
            let writer = try DatabasePool(path: path, configuration: configuration)
            // Last, as GRDB lowers it when it switches to WAL.
            try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try Self.migrate(writer, path)
            return writer
        }
    }

    private func write<T>(_ body: (Database) throws -> T) throws -> T {
        try ReplicaError.translating(path) { try writer.write(body) }
    }

    private static func migrate(_ writer: any DatabaseWriter, _ path: String) throws {
        try writer.write { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version <= Schema.directory.count else {
                throw ReplicaError(.newerSchema, "\(path) was written by a newer Offbook: upgrade this one")
            }
            for migration in Schema.directory.dropFirst(version) { try database.execute(sql: migration.sql) }
            try database.execute(sql: "PRAGMA user_version = \(Schema.directory.count)")
        }
    }

    /// Makes a token for the workspace of that name, and the workspace where there is none yet.
    ///
    /// - Returns: the token, which is not kept and can't be shown again.
    package func createToken(workspace name: String) throws -> String {
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let token = Self.tokenPrefix + hexadecimal(secret)
        try write { database in
            let known = try Int64.fetchOne(
                database, sql: "SELECT key FROM workspaces WHERE name = ?", arguments: [name])
            if known == nil {
                try database.execute(
                    sql: "INSERT INTO workspaces (name, created_at) VALUES (?, ?)", arguments: [name, clock()])
            }
            try database.execute(
                sql: "INSERT INTO tokens (hash, workspace_key, prefix, created_at) VALUES (?, ?, ?, ?)",
                arguments: [
                    Self.hash(token), known ?? database.lastInsertedRowID, String(token.prefix(12)), clock(),
                ])
        }
        return token
    }

    /// The workspace that a token opens, or nil.
    package func workspace(for token: String) throws -> DirectoryWorkspace? {
        try ReplicaError.translating(path) {
            try writer.read { database in
                try Row.fetchOne(
                    database,
                    sql:
                        "SELECT key, id, name FROM workspaces WHERE key = (SELECT workspace_key FROM tokens WHERE hash = ?)",
                    arguments: [Self.hash(token)]
                ).map {
                    DirectoryWorkspace(key: $0["key"], id: ($0["id"] as Data?).flatMap { RowID($0) }, name: $0["name"])
                }
            }
        }
    }

    /// Gives an unclaimed workspace its id. Of two that claim at once, one does.
    ///
    /// - Returns: the id that it has now.
    package func claim(_ workspace: DirectoryWorkspace, as id: RowID) throws -> RowID {
        try write { database in
            let holder = try Int64.fetchOne(
                database, sql: "SELECT key FROM workspaces WHERE id = ?", arguments: [Data(id.bytes)])
            guard holder == nil || holder == workspace.key else {
                throw ReplicaError(.denied, "this library is another workspace of this server already; use its token")
            }
            try database.execute(
                sql: "UPDATE workspaces SET id = ? WHERE key = ? AND id IS NULL",
                arguments: [Data(id.bytes), workspace.key])
            let data = try Data.fetchOne(
                database, sql: "SELECT id FROM workspaces WHERE key = ?", arguments: [workspace.key])
            return data.flatMap { RowID($0) } ?? id
        }
    }

    private static func hash(_ token: String) -> Data { Data(SHA256.hash(data: Array(token.utf8))) }
}
