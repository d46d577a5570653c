internal import Changesets
internal import GRDB
internal import Glibc

/// One moment of all databases of a data directory, held open by a read transaction on each.
///
/// No writer can be between two of them: all write locks are held at once, for as long as it takes to begin the
/// reading. Then everybody writes on.
final class DatabaseCut {
    struct Reader {
        /// Below the data directory.
        var path: String
        var queue: DatabaseQueue
    }

    private(set) var readers: [Reader] = []
    private let data: DataDirectory
    private var locks: [DatabaseQueue] = []

    /// How often it is tried again where a writer goes on for longer than `waitSeconds`.
    private static let tries = 5
    private static let waitSeconds = 10.0

    init(_ data: DataDirectory) throws {
        self.data = data
        OpenFiles.raiseLimit()
        for attempt in 1... {
            do {
                try take()
                return
            } catch let error as ReplicaError where error.code == .busy && attempt < Self.tries {
                // Letting go of all first: a writer may be waiting for what is locked here.
                letGo()
            }
        }
    }

    /// The accounts first: no workspace can be made while they are locked.
    private func take() throws {
        if data.hasDirectory { try lock(DataDirectory.directoryFile) }
        if data.hasLedger { try lock(DataDirectory.ledgerFile) }
        for workspace in data.workspaces() { try lock("workspaces/\(workspace).sqlite") }
        for queue in locks { try queue.writeWithoutTransaction { try $0.rollback() } }
        locks = []
    }

    private func letGo() {
        for queue in locks { try? queue.writeWithoutTransaction { try $0.rollback() } }
        locks = []
        readers = []
    }

    private func lock(_ path: String) throws {
        let whole = "\(data.path)/\(path)"
        try ReplicaError.translating(whole) {
            let queue = try DatabaseQueue(path: whole, configuration: Self.configuration(isReadOnly: false))
            try queue.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
            locks.append(queue)
            readers.append(Reader(path: path, queue: try Self.reader(whole)))
        }
    }

    private static func reader(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: configuration(isReadOnly: true))
        try queue.writeWithoutTransaction { database in
            try database.beginTransaction(.deferred)
            // The transaction begins with the first reading.
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
        }
        return queue
    }

    private static func configuration(isReadOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(waitSeconds)
        return configuration
    }
}

extension DatabaseCut.Reader {
    /// Copies the database as it was at the cut to a path where there is nothing.
    ///
    /// - Returns: the number of its migrations.
    func copy(to path: String) throws -> Int {
        try PlainFile.make(path)
        return try ReplicaError.translating(path) {
            let target = try DatabaseQueue(path: path)
            let schema = try queue.unsafeRead { source in
                try target.writeWithoutTransaction { try source.backup(to: $0) }
                return try Int.fetchOne(source, sql: "PRAGMA user_version") ?? 0
            }
            try target.writeWithoutTransaction { database in
                // One file, and nothing beside it, however it is carried.
                try database.execute(sql: "PRAGMA journal_mode = DELETE")
                let found = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
                guard found == ["ok"] else {
                    throw ReplicaError(.damaged, "\(self.path) is damaged (\(found.first ?? "")): run offbook doctor")
                }
            }
            try target.close()
            return schema
        }
    }
}
