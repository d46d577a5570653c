internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// How the file of a replica is opened, for each kind of access.
enum Opening {
    /// How long a writer waits for another process, in seconds.
    static let busyTimeout = 60.0

    static func writer(_ path: String, _ access: Replica.Access) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        if isOutOfReach(path) {
            // No -shm file can be made here. As nobody can write here either, none is needed.
            return try openImmutable(path, configuration)
        }
        switch access {
        case .glance:
            configuration.busyMode = .immediateError
            // Where there is no log, nobody is writing, and a reader of the ordinary kind would make one.
            // Should somebody begin this very moment, what is read may be amiss: nothing relies on it.
            guard FileManager.default.fileExists(atPath: path + "-wal") else {
                return try openImmutable(path, configuration)
            }
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration)
        case .command:
            do {
                return try openDurable(path, configuration)
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE {
                // No space for the -shm file, which whoever is alone does not need: what is there can be read
                // (`isCramped`).
                return try openDurable(path, configuration, first: "PRAGMA locking_mode = EXCLUSIVE;")
            }
        case .server:
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { try $0.execute(sql: durable) }
            return pool
        }
    }

    /// Whether the disk is so full that the file was opened for reading, by nobody else meanwhile.
    static func isCramped(_ writer: any DatabaseWriter) throws -> Bool {
        try writer.read { try String.fetchOne($0, sql: "PRAGMA locking_mode") == "exclusive" }
    }

    /// Not by `configuration.journalMode`, which would write to the file at each opening.
    private static func openDurable(
        _ path: String, _ configuration: Configuration, first: String = ""
    ) throws -> DatabaseQueue {
        var configuration = configuration
        configuration.prepareDatabase { try $0.execute(sql: "\(first) PRAGMA journal_mode = WAL; \(durable)") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func openImmutable(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        var configuration = configuration
        configuration.readonly = true
        let escaped = path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
        return try DatabaseQueue(path: "file:\(escaped)?immutable=1", configuration: configuration)
    }

    /// What a command reported as saved, and what a server acknowledged, has reached the disk. To be
    /// said last, as GRDB lowers it when it switches to WAL. A large merge needs more than the standard
    /// 2 MiB of cache, or pages are written twice.
    private static var durable: String {
        "PRAGMA synchronous = \(planted(.ackBeforeSync) ? "OFF" : "FULL"); PRAGMA cache_size = -32768"
    }

    /// Whether the directory can't be written to and no writer has left a log behind.
    private static func isOutOfReach(_ path: String) -> Bool {
        let directory = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        return !FileManager.default.isWritableFile(atPath: directory)
            && !FileManager.default.fileExists(atPath: path + "-wal")
    }
}
