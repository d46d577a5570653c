internal import Changesets
internal import GRDB
package import SyncEngine

/// A row of a push, and the hash of the state in which it was sent.
struct SentRow {
    var key: RowKey
    var hash: UInt64
}

/// One state of a replica while its dirty rows are pushed part by part: later writes do not show in it. More than one
/// part is read by a connection of its own, which holds the state.
package final class ReplicaSnapshot: PushSnapshot {
    /// Some 14 MB.
    private static let sentRowsMax = 250_000

    /// Nil where all has been read.
    private let queue: DatabaseQueue?
    private let bounds: PageBounds
    private let tables: SyncedTables
    package let seq: UInt64
    package let nonce: [UInt8]
    /// Rows with a later position changed after this state was read.
    let head: Int64
    package private(set) var oversized: [RowDenial] = []
    private(set) var sent: [SentRow] = []
    package private(set) var knowsWhatWasSent = true
    /// What has been read of it already.
    private var first: PageReader.Reading?
    private var hasBegun = false
    private var position: Int64 = 0
    private var isComplete = false

    init(path: String, _ surroundings: Surroundings) throws {
        bounds = surroundings.page
        tables = surroundings.schema.tables
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        (seq, nonce, head) = try queue.writeWithoutTransaction { database in
            try database.beginTransaction(.deferred)
            return try Self.end(of: database)
        }
        self.queue = queue
    }

    /// Nil where one part is not all, or not all is folded.
    init?(ofOnePart transaction: ReadTransaction, _ surroundings: Surroundings) throws {
        (bounds, tables, queue) = (surroundings.page, surroundings.schema.tables, nil)
        (seq, nonce, head) = try Self.end(of: transaction.database)
        guard try !transaction.hasUnfoldedChanges() else { return nil }
        let reading = try PageReader(transaction.database, tables, bounds, dirtyOnly: true).read(after: 0)
        guard reading.isComplete else { return nil }
        first = reading
    }

    private static func end(of database: Database) throws -> (seq: UInt64, nonce: [UInt8], head: Int64) {
        let identity = try ReplicaIdentity(database)
        let seal = try SQLStatement(database, "SELECT nonce FROM seals WHERE seq = ?")
        let nonce = try seal.first([.integer(identity.lastSeq)]) { $0.bytes(0) }
        return (UInt64(identity.lastSeq), nonce ?? [], identity.lastPosition)
    }

    /// Whether nothing was written between the last fold and this state, and so there is a clock for all of it.
    var isFolded: Bool {
        get throws { try queue?.unsafeRead { try !ReadTransaction($0, tables).hasUnfoldedChanges() } ?? true }
    }

    package func nextPart() throws -> PushPart? {
        while !isComplete, let reading = try nextReading() {
            position = reading.position
            isComplete = reading.isComplete
            oversized += reading.oversized
            remember(reading.sent)
            let rows = reading.page.rowCount
            // What is left of a push that has begun may be nothing: then its closing part is empty.
            guard rows > 0 || isComplete && hasBegun else { continue }
            hasBegun = true
            return PushPart(page: rows > 0 ? try reading.page.encoded() : [], rows: rows, isLast: isComplete)
        }
        return nil
    }

    private func nextReading() throws -> PageReader.Reading? {
        defer { first = nil }
        return try first
            ?? queue?.unsafeRead { try PageReader($0, tables, bounds, dirtyOnly: true).read(after: position) }
    }

    private func remember(_ rows: [SentRow]) {
        sent += rows
        guard sent.count > Self.sentRowsMax else { return }
        (sent, knowsWhatWasSent) = ([], false)
    }
}
