package import Changesets
internal import GRDB

/// A job as its row says.
package struct JobRecord: Hashable, Sendable {
    package var id: RowID
    package var user: RowID?
    package var node: RowID?
    /// Nil where it came from no prompt of the library.
    package var prompt: RowID?
    package var version: RowID?
    package var label: String
    /// JSON.
    package var request: String
    /// Unix milliseconds.
    package var createdAt: Int64
    /// A node; nil for the server.
    package var runner: RowID?
    /// Which run its user wants.
    package var round: Int64
    /// Up to which they want none any more.
    package var cancelledRound: Int64
    /// JSON; empty before anybody has run it.
    package var progress: String
}

extension ReadTransaction {
    /// One's own, the newest first; all of them where nothing is kept from whoever reads.
    package func jobs() throws -> [JobRecord] {
        try jobs("SELECT * FROM jobs WHERE \(seen.isOwn("user_id")) ORDER BY created_at DESC, id DESC", [])
    }

    package func job(_ id: RowID) throws -> JobRecord? {
        try jobs("SELECT * FROM jobs WHERE id = ? AND \(seen.isOwn("user_id"))", [id.blob]).first
    }

    /// Those of a runner that are not finished, the oldest first.
    ///
    /// - Parameter runner: a node; nil for the server.
    package func openJobs(of runner: RowID?) throws -> [JobRecord] {
        let sql = """
            SELECT * FROM jobs WHERE substr(progress, 1, 10) <> '{"answer":' AND runner_id IS ?
                AND \(seen.isOwn("user_id")) ORDER BY created_at, id
            """
        return try jobs(sql, [runner?.blob])
    }

    private func jobs(_ sql: String, _ arguments: StatementArguments) throws -> [JobRecord] {
        try Row.fetchAll(database.keptStatement(sql), arguments: arguments).map(Self.job)
    }

    private static func job(_ row: Row) throws -> JobRecord {
        JobRecord(
            id: try row.requiredID("id"), user: row.id("user_id"), node: row.id("node_id"),
            prompt: row.id("prompt_id"), version: row.id("version_id"), label: row["label"],
            request: row["request"], createdAt: row["created_at"], runner: row.id("runner_id"), round: row["round"],
            cancelledRound: row["cancelled_round"], progress: row["progress"])
    }
}

extension ReadTransaction {
    /// This node.
    package func nodeID() throws -> RowID { try identity().replica.rowID }
}
