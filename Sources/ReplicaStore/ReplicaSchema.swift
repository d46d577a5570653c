internal import Schema

/// What an Offbook knows of a library: how its file is laid out, and which of its tables are synced.
///
/// Each release has one. A test or a simulation opens replicas of a later one beside it.
package struct ReplicaSchema: Sendable {
    /// The SQL of each migration, in the order in which they run.
    package var migrations: [String]
    package var tables: SyncedTables

    package init(migrations: [String], tables: SyncedTables) {
        self.migrations = migrations
        self.tables = tables
    }

    /// The number of migrations, from 1.
    package var version: UInt32 { UInt32(migrations.count) }

    /// That of this Offbook.
    package static let shipped = ReplicaSchema(migrations: Schema.replica.map(\.sql), tables: .shipped)
}
