internal import FoundationEssentials
internal import Glibc

/// A backup: a directory laid out like a data directory, with a list of what is in it.
package struct Backup: Sendable {
    package var path: String
    package var manifest: BackupManifest
    package var name: String { String(path.split(separator: "/").last ?? "") }
}

/// The backups of a data directory: where they lie, and how they are made.
package struct Backups: Sendable {
    package let data: DataDirectory
    package let folder: String

    /// - Parameter folder: where they lie; `backups` in the data directory where nil.
    package init(_ data: DataDirectory, folder: String? = nil) {
        self.data = data
        self.folder = folder ?? "\(data.path)/backups"
    }

    /// The newest first. What is no backup is passed over.
    package func list() -> [Backup] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.compactMap { name in
            (try? BackupManifest.read("\(folder)/\(name)")).map { Backup(path: "\(folder)/\(name)", manifest: $0) }
        }.sorted { ($0.manifest.createdAt, $0.name) > ($1.manifest.createdAt, $1.name) }
    }

    /// One of them by its name, or any by its path.
    ///
    /// - Throws: `ReplicaError.notFound`.
    package func find(_ nameOrPath: String) throws -> Backup {
        let isPath = nameOrPath.contains("/")
        let path = isPath ? nameOrPath : "\(folder)/\(nameOrPath)"
        return Backup(path: path, manifest: try BackupManifest.read(path))
    }

    /// Makes a backup of one moment while everybody goes on reading and writing.
    ///
    /// It has all that was acknowledged before it began. It appears whole under its name, or not at all.
    /// - Parameter offbook: the version of this Offbook.
    package func create(_ reason: BackupManifest.Reason, offbook: String) throws -> Backup {
        try PlainFile.makeFolder(folder)
        let lock = try FileLock("\(folder)/.lock")
        return try withExtendedLifetime(lock) {
            removeDrafts()
            let now = systemMilliseconds()
            let name = freeName(now, reason)
            let draft = "\(folder)/.\(name).draft"
            defer { try? FileManager.default.removeItem(atPath: draft) }
            let files = try copyAll(to: draft)
            let manifest = BackupManifest(createdAt: now, reason: reason, offbook: offbook, files: files)
            try write(manifest, to: draft)
            if folder.hasPrefix(data.path) { PlainFile.give(folder, like: data.path) }
            try PlainFile.move(draft, to: "\(folder)/\(name)")
            PlainFile.syncFolder(folder)
            return Backup(path: "\(folder)/\(name)", manifest: manifest)
        }
    }

    /// What processes left behind that were ended while they made one. Nobody makes one now.
    private func removeDrafts() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".draft") {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private func freeName(_ now: Int64, _ reason: BackupManifest.Reason) -> String {
        let stem = Self.stamp(now) + (reason == .asked ? "" : "-\(reason.rawValue)")
        let names = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? stem : "\(stem)-\($0)" }
        return names.first { !FileManager.default.fileExists(atPath: "\(folder)/\($0)") } ?? stem
    }

    /// A time as it may stand in a file's name, by UTC: `20261121T124005Z`.
    static func stamp(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
    }

    private func copyAll(to draft: String) throws -> [BackupManifest.File] {
        try PlainFile.makeFolder("\(draft)/workspaces")
        let cut = try DatabaseCut(data)
        guard !cut.readers.isEmpty else {
            throw ReplicaError(.notFound, "there is nothing to back up in \(data.path)")
        }
        let databases = try cut.readers.map { reader in
            let schema = try reader.copy(to: "\(draft)/\(reader.path)")
            return try Self.entry(reader.path, in: draft, schema: schema)
        }
        let secrets = try data.secretFiles().map { path in
            try PlainFile.copy("\(data.path)/\(path)", to: "\(draft)/\(path)")
            return try Self.entry(path, in: draft, schema: nil)
        }
        return databases + secrets
    }

    private static func entry(_ path: String, in draft: String, schema: Int?) throws -> BackupManifest.File {
        guard let (bytes, sum) = BackupManifest.sum("\(draft)/\(path)") else {
            throw ReplicaError(.io, "\(draft)/\(path) can't be read")
        }
        return BackupManifest.File(path: path, bytes: bytes, sha256: sum, schema: schema)
    }

    private func write(_ manifest: BackupManifest, to draft: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try SecretFile.write(encoder.encode(manifest), to: "\(draft)/\(BackupManifest.fileName)")
        for folder in ["\(draft)/workspaces", draft] { PlainFile.syncFolder(folder) }
    }
}

extension DataDirectory {
    static let directoryFile = "directory.sqlite"
    package static let ledgerFile = "ledger.sqlite"
    var hasLedger: Bool { FileManager.default.fileExists(atPath: "\(path)/\(Self.ledgerFile)") }

    /// The files beside the databases without which these do not open everything, below the directory.
    fileprivate func secretFiles() throws -> [String] {
        let secrets = ["directory.key", "credentials.json", ProviderKeys.fileName, ProviderKeys.keyFileName]
        let own = secrets.filter {
            FileManager.default.fileExists(atPath: "\(path)/\($0)")
        }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/workspaces")) ?? []
        return own
            + files.filter { $0.hasSuffix(".key") || $0.hasSuffix(".server.json") }.sorted()
            .map { "workspaces/\($0)" }
    }
}
