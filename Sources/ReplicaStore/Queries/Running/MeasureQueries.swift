package import Changesets
internal import GRDB

/// What a version's use has shown.
package struct VersionMeasures: Hashable, Sendable {
    /// Renders, completions, tests and copies.
    package var count: Int
    /// Milliseconds; nil where none was measured. Of what ended well, as an error may come at once.
    package var averageLatency: Int64?
    /// Nano-dollars; nil where none is known.
    package var averageCost: Int64?
}

extension ReadTransaction {
    /// Read from an index that holds all of it: the cost follows the version's own events.
    package func measures(of version: RowID) throws -> VersionMeasures {
        let sql = """
            SELECT count(*) AS count, avg(latency) FILTER (WHERE outcome IN ('ok', '')) AS latency, avg(cost) AS cost
            FROM usage_events WHERE version_id = ?
            """
        let row = try Row.fetchOne(database.keptStatement(sql), arguments: [version.blob])
        return VersionMeasures(
            count: row?["count"] ?? 0, averageLatency: row?.rounded("latency"), averageCost: row?.rounded("cost"))
    }
}
