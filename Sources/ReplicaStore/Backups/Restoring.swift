internal import FoundationEssentials
internal import GRDB

/// Puts a backup in the place of what is in a data directory.
package struct Restoring {
    private let data: DataDirectory
    private var staging: String { "\(data.path)/\(Self.stagingName)" }

    static let stagingName = ".restoring"
    private static let parts = [
        DataDirectory.directoryFile, "directory.sqlite-wal", "directory.sqlite-shm", "directory.key",
        DataDirectory.ledgerFile, "ledger.sqlite-wal", "ledger.sqlite-shm", ProviderKeys.fileName,
        ProviderKeys.keyFileName, "credentials.json", "workspaces",
    ]

    package init(_ data: DataDirectory) { self.data = data }

    /// - Returns: where what was there before lies now; nil where there was nothing.
    /// - Throws: `ReplicaError.busy` while a server or a daemon runs on the directory, `.damaged` where the backup is,
    ///   `.newerSchema` where a newer Offbook made it. Nothing is changed then.
    package func run(_ backup: Backup) throws -> String? {
        try backup.manifest.check(backup.path)
        try backup.manifest.checkSchema()
        try PlainFile.makeFolder(data.path)
        let locks = (try ServerLock(data, .restoring), try DaemonLock(data))
        return try withExtendedLifetime(locks) {
            try stage(backup)
            PlainFile.give(staging, like: data.path)
            let former = try setAside()
            try place()
            return former
        }
    }

    private func stage(_ backup: Backup) throws {
        try? FileManager.default.removeItem(atPath: staging)
        try PlainFile.makeFolder("\(staging)/workspaces")
        for file in backup.manifest.files {
            let path = "\(staging)/\(file.path)"
            try PlainFile.copy("\(backup.path)/\(file.path)", to: path)
            if file.schema != nil, file.path.hasPrefix("workspaces/") { try markRestored(path) }
        }
    }

    /// So that it takes a new id, and begins a new order of publication, with its first write: the number of its
    /// file could by chance be that of the file which was backed up.
    private func markRestored(_ path: String) throws {
        try ReplicaError.translating(path) {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { try $0.execute(sql: "UPDATE replica SET home = 'restored'") }
            try queue.close()
        }
    }

    /// Nothing is removed: what was there is moved, and with each database what belongs to it.
    private func setAside() throws -> String? {
        let present = Self.parts.filter { FileManager.default.fileExists(atPath: "\(data.path)/\($0)") }
        guard !present.isEmpty else { return nil }
        let former = freeName()
        try PlainFile.makeFolder(former)
        for part in present { try PlainFile.move("\(data.path)/\(part)", to: "\(former)/\(part)") }
        PlainFile.syncFolder(former)
        return former
    }

    private func freeName() -> String {
        let stem = "\(data.path)/replaced-\(Backups.stamp(systemMilliseconds()))"
        let names = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? stem : "\(stem)-\($0)" }
        return names.first { !FileManager.default.fileExists(atPath: $0) } ?? stem
    }

    private func place() throws {
        for part in Self.parts where FileManager.default.fileExists(atPath: "\(staging)/\(part)") {
            try PlainFile.move("\(staging)/\(part)", to: "\(data.path)/\(part)")
        }
        try FileManager.default.removeItem(atPath: staging)
        PlainFile.syncFolder(data.path)
    }
}
