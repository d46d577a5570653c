package import Changesets
internal import SyncEngine

/// What a replica takes from the machine that it runs on. A simulation gives its own.
package struct Surroundings: Sendable {
    /// Unix milliseconds, right or wrong.
    package var clock: @Sendable () -> Int64
    /// Nil where there is none to go with the clock.
    package var uptime: @Sendable () -> Uptime?
    package var random: RandomSource
    /// Where the file of a path lives: the machine, and the file on it. A copy has another one.
    package var home: @Sendable (_ path: String) -> String
    package var page: PageBounds
    package var schema: ReplicaSchema
    package var collection: CollectionTerms
    package var staging = StagingBounds()
    /// Called before the migrations of a file that holds something, with its path.
    package var beforeMigration: @Sendable (_ path: String) throws -> Void = backUpServer(holding:)

    package init(
        clock: (@Sendable () -> Int64)? = nil, uptime: (@Sendable () -> Uptime?)? = nil,
        random: RandomSource = .system,
        home: @escaping @Sendable (_ path: String) -> String = machineAndFile, page: PageBounds = PageBounds(),
        schema: ReplicaSchema = .shipped, collection: CollectionTerms = CollectionTerms()
    ) {
        self.clock = clock ?? systemMilliseconds
        // The machine's own says nothing of another clock.
        self.uptime = uptime ?? (clock == nil ? systemUptime : noUptime)
        self.random = random
        self.home = home
        self.page = page
        self.schema = schema
        self.collection = collection
    }
}

/// How long things wait before they are gone for good, in milliseconds.
package struct CollectionTerms: Sendable {
    /// How long what was deleted can be brought back.
    package var retention: Int64
    /// How long an absent replica is waited for. A server and its clients must agree on it.
    package var lease: Int64
    /// How long pages of a pull that was cut off are kept: less than a lease.
    package var staging: Int64 { lease / 3 }

    package static let day: Int64 = 86_400_000

    package init(retention: Int64 = 30 * day, lease: Int64 = 90 * day) {
        self.retention = retention
        self.lease = lease
    }
}

@Sendable private func noUptime() -> Uptime? { nil }

/// Where a page of a push or a pull ends: after the row that reaches one of these.
package struct PageBounds: Sendable {
    package var bytes: Int
    package var rows: Int

    /// The standard is together below a page's bound, even where the content can't be compressed.
    package init(bytes: Int = 1 << 20, rows: Int = SyncLimits.rowsPerPartMax) {
        self.bytes = bytes
        self.rows = rows
    }
}

/// How many bytes of unfinished pushes a server keeps, compressed.
package struct StagingBounds: Sendable {
    package var pushBytes: Int64
    package var allBytes: Int64

    package init(pushBytes: Int64 = SyncLimits.pushBytesMax, allBytes: Int64 = SyncLimits.stagedBytesMax) {
        self.pushBytes = pushBytes
        self.allBytes = allBytes
    }
}
