internal import Changesets
internal import Crypto
internal import FoundationEssentials
internal import Schema

/// What is in a backup, as its file `backup.json` says.
package struct BackupManifest: Codable, Sendable {
    package enum Reason: String, Codable, Sendable {
        case asked
        case beforeMigration = "before-migration"
    }

    package struct File: Codable, Sendable {
        /// Below the backup's directory, which is laid out like a data directory.
        package var path: String
        package var bytes: Int
        /// Hexadecimal digits.
        package var sha256: String
        /// Of a database: how many migrations it had.
        package var schema: Int?
    }

    static let formatKnown = 1
    static let fileName = "backup.json"

    package var format = formatKnown
    /// Unix milliseconds.
    package var createdAt: Int64
    package var reason: Reason
    /// The Offbook that made it.
    package var offbook: String
    package var files: [File]

    /// The greatest number of migrations that a library in it had; 0 where there is none.
    package var librarySchema: Int {
        files.filter { $0.path.hasPrefix("workspaces/") }.compactMap(\.schema).max() ?? 0
    }

    /// The number of migrations of the accounts in it; 0 where there are none.
    package var directorySchema: Int { files.first { $0.path == DataDirectory.directoryFile }?.schema ?? 0 }

    package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    static func read(_ folder: String) throws -> BackupManifest {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(fileName)") else {
            throw ReplicaError(.notFound, "there is no backup in \(folder): it has no \(fileName)")
        }
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data) else {
            throw ReplicaError(.damaged, "\(folder)/\(fileName) can't be read: the backup is damaged")
        }
        guard manifest.format == formatKnown else {
            throw ReplicaError(.newerSchema, "the backup \(folder) was made by a newer Offbook: upgrade this one")
        }
        return manifest
    }

    /// - Throws: `ReplicaError.damaged` where a file is missing, is not what it was, or lies elsewhere.
    func check(_ folder: String) throws {
        for file in files {
            guard !file.path.split(separator: "/").contains(".."), !file.path.hasPrefix("/"),
                let (bytes, sum) = Self.sum("\(folder)/\(file.path)"), bytes == file.bytes, sum == file.sha256
            else {
                throw ReplicaError(.damaged, "\(folder)/\(file.path) is not what was backed up: take another backup")
            }
        }
    }

    /// - Throws: `ReplicaError.newerSchema`.
    func checkSchema() throws {
        guard librarySchema <= Schema.replica.count, directorySchema <= Schema.directory.count else {
            throw ReplicaError(.newerSchema, "the backup is of a newer Offbook (\(offbook)): upgrade this one first")
        }
    }

    /// Bytes and SHA-256 of a file, read in pieces; nil where it can't be read.
    static func sum(_ path: String) -> (bytes: Int, sha256: String)? {
        guard let file = PlainFile(reading: path) else { return nil }
        var (hash, count) = (SHA256(), 0)
        while let piece = file.next() {
            hash.update(data: piece)
            count += piece.count
        }
        return file.hasFailed ? nil : (count, hexadecimal(Array(hash.finalize())))
    }
}
