internal import Changesets
internal import GRDB
package import SyncEngine

/// One state of a replica, held open by a connection of its own while its dirty rows are pushed
/// part by part: later writes do not show in it.
package final class ReplicaSnapshot: PushSnapshot {
    private let queue: DatabaseQueue
    private let bounds: PageBounds
    private let tables: SyncedTables
    package let seq: UInt64
    package let nonce: [UInt8]
    /// Rows with a later position changed after this state was read.
    let head: Int64
    package private(set) var oversized: [RowDenial] = []
    private var position: Int64 = 0
    private var isComplete = false

    init(path: String, _ surroundings: Surroundings) throws {
        bounds = surroundings.page
        tables = surroundings.schema.tables
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(10)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        (seq, nonce, head) = try queue.writeWithoutTransaction { database in
            try database.beginTransaction(.deferred)
            let identity = try ReplicaIdentity(database)
            let seal = try SQLStatement(database, "SELECT nonce FROM seals WHERE seq = ?")
            let nonce = try seal.first([.integer(identity.lastSeq)]) { $0.bytes(0) }
            return (UInt64(identity.lastSeq), nonce ?? [], identity.lastPosition)
        }
    }

    var isFolded: Bool {
        get throws { try queue.unsafeRead { try !ReadTransaction($0, tables).hasUnfoldedChanges() } }
    }

    var isEmpty: Bool {
        get throws {
            try queue.unsafeRead { database in
                try
                    !(Bool.fetchOne(
                        database.keptStatement("SELECT EXISTS (SELECT 1 FROM row_clocks WHERE dirty = 1)"))
                    ?? false)
            }
        }
    }

    package func nextPart() throws -> (page: [UInt8], rows: Int)? {
        while !isComplete {
            let reading = try queue.unsafeRead {
                try PageReader($0, tables, bounds, dirtyOnly: true).read(after: position)
            }
            position = reading.position
            isComplete = reading.isComplete
            oversized += reading.oversized
            if reading.page.rowCount > 0 { return (try reading.page.encoded(), reading.page.rowCount) }
        }
        return nil
    }
}
