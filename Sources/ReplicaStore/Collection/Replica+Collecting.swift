internal import Changesets
internal import GRDB

/// What a replica did about what was deleted long ago.
package struct CollectionReport: Sendable {
    /// Who collects.
    package enum Role: Sendable {
        /// This replica: a server, or a library that nobody else ever wrote into.
        case collector
        /// Its server does, and tells it.
        case client
        /// Others have written into it, and there is no server that knows what they know.
        case shared
    }

    package var role: Role
    /// Rows that are gone, hidden ones included.
    package var rows = 0
    /// Deleted things among them: a prompt with all that belonged to it is one.
    package var tombstones = 0
    /// Those whose time is over, and that some node may not know to be deleted.
    package var waiting = 0
    /// The nodes that are waited for, by their names.
    package var waitsFor: [String] = []
}

extension Replica {
    private static let rowsAtOnce = 10_000

    /// Takes out what was deleted longer ago than the retention, where every node that is waited for knows
    /// it, and this replica is the one that may decide it.
    ///
    /// - Parameter retention: in milliseconds; as the surroundings have it where nil.
    package func collect(retention: Int64? = nil) throws -> CollectionReport {
        var terms = surroundings.collection
        terms.retention = retention ?? terms.retention
        var report = CollectionReport(role: try read { try $0.collectionRole() })
        guard report.role == .collector else { return report }
        var outcome = CollectionOutcome(hasMore: true)
        while outcome.hasMore {
            outcome = try write { try $0.collect(terms, rowsMax: Self.rowsAtOnce) }
            report.rows += outcome.rows
            report.tombstones += outcome.tombstones
        }
        report.waiting = outcome.waiting
        guard outcome.waiting > 0 else { return report }
        report.waitsFor = try read { try $0.laggards(at: machineTime(), terms, before: outcome.awaitedPosition) }
        return report
    }
}

extension ReadTransaction {
    fileprivate func collectionRole() throws -> CollectionReport.Role {
        if try exists("SELECT 1 FROM remote") { return .client }
        if try exists("SELECT 1 FROM peers WHERE seen_at > 0") { return .collector }
        let isShared = try exists(
            """
            SELECT 1 FROM replicas WHERE id <> (SELECT replica_id FROM replica)
                AND id NOT IN (SELECT replica_id FROM peers)
            """)
        return isShared ? .shared : .collector
    }

    private func exists(_ sql: String) throws -> Bool {
        try Bool.fetchOne(database.keptStatement("SELECT EXISTS (\(sql))")) ?? false
    }

    /// Live nodes that have applied less, who was not seen for longest last.
    fileprivate func laggards(at now: Int64, _ terms: CollectionTerms, before position: Int64) throws -> [String] {
        try peers().filter { $0.isLive(at: now, terms) && $0.position < position }.map(\.nodeName)
    }
}

extension WriteTransaction {
    fileprivate func collect(_ terms: CollectionTerms, rowsMax: Int) throws -> CollectionOutcome {
        try fold()
        try forgetCollected(terms)
        var collecting = try Collecting(self, terms, rowsMax: rowsMax)
        try withoutCapture { try collecting.run() }
        if collecting.outcome.rows > 0 { try collecting.raiseFloor() }
        return collecting.outcome
    }
}
