internal import GRDB

/// What can be said of a replica without opening it: of many that nobody uses, each costs little, and nothing stays
/// open.
package enum ReplicaPeek {
    /// Whether there are jobs that have not ended, whoever runs them.
    ///
    /// - Throws: `ReplicaError`.
    package static func hasOpenJobs(_ path: String) throws -> Bool {
        let sql = #"SELECT EXISTS (SELECT 1 FROM jobs WHERE substr(progress, 1, 10) <> '{"answer":')"#
        return try asking(path) { try Bool.fetchOne($0, sql: sql) } ?? false
    }

    /// How many migrations a database has.
    ///
    /// - Throws: `ReplicaError`.
    static func schemaVersion(_ path: String) throws -> Int {
        let isClosed = ["-wal", "-journal"].allSatisfy { (FileStatus(path + $0)?.size ?? 0) == 0 }
        if isClosed, let version = headerVersion(path) { return version }
        return try asking(path) { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
    }

    /// To be asked before the file is open anywhere in this process: closing it here would end SQLite's locks.
    /// As the header has it (SQLite's file format, section 1.3: "user version", 4 bytes from the 60th, big-endian). A
    /// log may hold a later one.
    private static func headerVersion(_ path: String) -> Int? {
        guard let header = PlainFile(reading: path)?.next(atMost: 100), header.count == 100,
            header.starts(with: "SQLite format 3\0".utf8)
        else { return nil }
        return header[60..<64].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func asking<T>(_ path: String, _ question: (Database) throws -> T) throws -> T {
        // SQLite would make a file where there is none.
        guard FileStatus(path) != nil else { throw ReplicaError(.io, "\(path) is not there any more") }
        return try ReplicaError.translating(path) {
            let queue = try DatabaseQueue(path: path)
            defer { try? queue.close() }
            return try queue.read(question)
        }
    }
}
