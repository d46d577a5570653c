internal import GRDB

/// Tells whether a database file has changed, whoever changed it: this process or another one.
package final class ChangeMark: Sendable {
    private let connection: DatabaseQueue

    /// - Parameter path: of a file that is there.
    package init(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        connection = try ReplicaError.translating(path) { try DatabaseQueue(path: path, configuration: configuration) }
    }

    /// A number that is another one once anything was committed since. It says nothing by itself, and nothing to
    /// another mark.
    ///
    /// Costs some microseconds: SQLite looks at the header of the write-ahead log's index in shared memory.
    package func value() throws -> Int64 {
        try connection.unsafeRead { database in
            try SQLStatement(database, "PRAGMA data_version").first([]) { $0.integer(0) } ?? 0
        }
    }

    package func close() throws { try connection.close() }
}
