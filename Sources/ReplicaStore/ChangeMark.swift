internal import CSQLiteSupport
internal import GRDB
internal import Synchronization

/// Tells whether a database file has changed, whoever changed it: this process or another one.
package final class ChangeMark: Sendable {
    /// The header of the index of the write-ahead log, in memory that all processes share. It is there for as long as
    /// the connection is open.
    private struct Index: @unchecked Sendable { var header: UnsafeRawPointer }

    private let connection: DatabaseQueue
    private let index: Mutex<Index?>

    /// - Parameter path: of a file that is there.
    package init(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        connection = try ReplicaError.translating(path) { try DatabaseQueue(path: path, configuration: configuration) }
        index = try Mutex(
            connection.unsafeRead { database in
                // The index is there once something was read.
                _ = try Self.version(database)
                return database.sqliteConnection.flatMap(offbook_wal_index).map {
                    Index(header: UnsafeRawPointer($0))
                }
            })
    }

    /// A number that is another one once anything was committed since. It says nothing by itself, and nothing to
    /// another mark.
    ///
    /// Costs a look into memory. To ask SQLite takes two locks of files and a queue, some microseconds of which many
    /// threads wait for one another.
    package func value() throws -> Int64 {
        let known = index.withLock { index in
            var mark: Int64 = 0
            return index.map { offbook_wal_mark($0.header, &mark) } == true ? mark : nil
        }
        return try known ?? connection.unsafeRead(Self.version)
    }

    private static func version(_ database: Database) throws -> Int64 {
        try SQLStatement(database, "PRAGMA data_version").first([]) { $0.integer(0) } ?? 0
    }

    package func close() throws {
        index.withLock { $0 = nil }
        try connection.close()
    }
}
