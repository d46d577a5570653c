internal import Changesets
internal import FoundationEssentials
internal import GRDB
internal import ReplicaStore
internal import Schema

/// The file of a log: what is written to it and read from it. Its methods block.
final class MessageFile: Sendable {
    private let pool: DatabasePool
    private let path: String

    /// In one transaction, when much is erased.
    static let erasedMax = 1000

    init(_ path: String, bytesMax: Int64?) throws {
        self.path = path
        pool = try ReplicaError.translating(path) { try Self.open(path) }
        try changing { database in
            try Self.migrate(database, path)
        }
        // Not in a transaction, and after GRDB has switched to WAL, as it lowers the first of them then.
        try ReplicaError.translating(path) {
            try pool.writeWithoutTransaction { try Self.prepare($0, bytesMax: bytesMax) }
        }
    }

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        return try DatabasePool(path: path, configuration: configuration)
    }

    private static func migrate(_ database: Database, _ path: String) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= Schema.messages.count else {
            throw ReplicaError(.newerSchema, "\(path) was written by a newer Offbook: upgrade this one")
        }
        for migration in Schema.messages.dropFirst(version) { try database.execute(sql: migration.sql) }
        try database.execute(sql: "PRAGMA user_version = \(Schema.messages.count)")
    }

    /// What was written is on the disk when a transaction is over, and what was erased is overwritten.
    private static func prepare(_ database: Database, bytesMax: Int64?) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
        guard let bytesMax, let page = try Int64.fetchOne(database, sql: "PRAGMA page_size"), page > 0 else { return }
        try database.execute(sql: "PRAGMA max_page_count = \(max(1, bytesMax / page))")
    }

    func changing<T>(_ body: (Database) throws -> T) throws -> T {
        try ReplicaError.translating(path) { try pool.write(body) }
    }

    func reading<T>(_ body: (Database) throws -> T) throws -> T {
        try ReplicaError.translating(path) { try pool.read(body) }
    }

    /// What was erased is in the pages of the write-ahead log yet: brings them into the file, and empties the log.
    func scrub() throws {
        try ReplicaError.translating(path) {
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
    }
}

extension MessageFile {
    /// Opens the log of a data directory, and its key. To be called while the directory is locked.
    ///
    /// A key is made only where nothing is sealed yet: any other would hide for good that one is missing.
    static func open(_ directory: String, bytesMax: Int64?) throws -> (file: MessageFile, seal: MessageSeal) {
        let (path, keyPath) = ("\(directory)/messages.sqlite", "\(directory)/messages.key")
        let found = try MessageSeal(reading: keyPath)
        let file = try MessageFile(path, bytesMax: bytesMax)
        let (check, hasMessages) = try file.sealedState()
        if let found, let check, found.isOpener(of: check) { return (file, found) }
        guard !hasMessages else { throw wrongKey(keyPath, path, isMissing: found == nil) }
        let seal = try found ?? MessageSeal(making: keyPath)
        try file.setCheck(seal.check())
        return (file, seal)
    }

    private func sealedState() throws -> (check: Data?, hasMessages: Bool) {
        try reading { database in
            (
                try Data.fetchOne(database, sql: "SELECT sealed FROM key_check"),
                try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM messages)") ?? false
            )
        }
    }

    private func setCheck(_ check: Data) throws {
        try changing { try $0.execute(sql: "INSERT OR REPLACE INTO key_check VALUES (1, ?)", arguments: [check]) }
    }

    private static func wrongKey(_ keyPath: String, _ path: String, isMissing: Bool) -> ReplicaError {
        ReplicaError(
            .damaged,
            "\(keyPath), the key of the message log, \(isMissing ? "is missing" : "is not the one of \(path)"): restore "
                + "it from a copy. If there is none, what was logged can't be read any more; to give it up run: "
                + "sqlite3 '\(path)' 'DELETE FROM messages'")
    }
}
