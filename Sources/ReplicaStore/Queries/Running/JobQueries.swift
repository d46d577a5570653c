package import Changesets
internal import FoundationEssentials
internal import GRDB

/// A job as its row says.
package struct JobRecord: JobRounds, Hashable, Sendable {
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

/// What the user of a job wants.
package protocol JobRounds {
    /// Which run.
    var round: Int64 { get }
    /// Up to which they want none any more.
    var cancelledRound: Int64 { get }
}

/// How far a job is, but for its answer, which is large.
package enum OpenProgress: Hashable, Sendable {
    case answered
    /// JSON; empty before anybody has run it.
    case open(String)
}

/// What of a job is small.
package struct JobHead: JobRounds, Hashable, Sendable {
    package var id: RowID
    package var round: Int64
    package var cancelledRound: Int64
    package var progress: OpenProgress
}

extension ReadTransaction {
    /// One's own, the newest first; all of them where nothing is kept from whoever reads.
    ///
    /// - Parameter limit: nil for all.
    package func jobIDs(limit: Int? = nil, offset: Int = 0) throws -> [RowID] {
        let sql = """
            SELECT id FROM jobs WHERE \(seen.isOwn("user_id")) ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?
            """
        return try Row.fetchAll(database.keptStatement(sql), arguments: [limit ?? -1, offset]).map {
            try $0.requiredID("id")
        }
    }

    package func jobCount() throws -> Int {
        try Int.fetchOne(database.keptStatement("SELECT count(*) FROM jobs WHERE \(seen.isOwn("user_id"))")) ?? 0
    }

    /// In the order of ``jobIDs(limit:offset:)``.
    package func jobHeads() throws -> [JobHead] {
        let sql = "\(Self.heads) WHERE \(seen.isOwn("user_id")) ORDER BY created_at DESC, id DESC"
        return try Row.fetchAll(database.keptStatement(sql)).map(Self.head)
    }

    package func jobHead(_ id: RowID) throws -> JobHead? {
        let sql = "\(Self.heads) WHERE id = ? AND \(seen.isOwn("user_id"))"
        return try Row.fetchOne(database.keptStatement(sql), arguments: [id.blob]).map(Self.head)
    }

    package func job(_ id: RowID) throws -> JobRecord? {
        let sql = "SELECT * FROM jobs WHERE id = ? AND \(seen.isOwn("user_id"))"
        return try Row.fetchOne(database.keptStatement(sql), arguments: [id.blob]).map(Self.job)
    }

    /// The oldest of a runner's that `isIt` says is meant, of those that may wait: without an answer, and but for most
    /// that failed or were cancelled, which stay for ever.
    ///
    /// - Parameter runner: a node; nil for the server.
    package func firstOpenJob(of runner: RowID?, where isIt: (JobHead) throws -> Bool) throws -> JobHead? {
        let sql = """
            \(Self.openHeads) AND NOT (cancelled_round >= round AND (progress = '' OR \(Self.isOfRound(","))))
                AND NOT \(Self.isOfRound(#","state":"failed""#)) ORDER BY created_at, id
            """
        let rows = try Row.fetchCursor(database.keptStatement(sql), arguments: [runner?.blob])
        while let row = try rows.next() {
            let head = try Self.head(row)
            if try isIt(head) { return head }
        }
        return nil
    }

    /// Those of a runner that may be running, and have no answer.
    ///
    /// - Parameter runner: a node; nil for the server.
    package func begunJobs(of runner: RowID?) throws -> [JobHead] {
        let sql = "\(Self.openHeads) AND instr(progress, '\"state\":\"running\"') > 0"
        return try Row.fetchAll(database.keptStatement(sql), arguments: [runner?.blob]).map(Self.head)
    }

    /// Read from an index alone.
    private static let openHeads = """
        SELECT id, round, cancelled_round, progress FROM jobs
        WHERE substr(progress, 1, 10) <> '{"answer":' AND runner_id IS ?
        """

    private static let heads = """
        SELECT id, round, cancelled_round,
            CASE WHEN substr(progress, 1, 10) <> '{"answer":' THEN progress END AS progress FROM jobs
        """

    /// Whether progress is of the round that is wanted, and goes on like this. Its names are in order, and within
    /// texts their marks would be escaped.
    private static func isOfRound(_ rest: String) -> String {
        "instr(progress, '\"round\":' || round || '\(rest)') > 0"
    }

    private static func head(_ row: Row) throws -> JobHead {
        let progress: String? = row["progress"]
        return JobHead(
            id: try row.requiredID("id"), round: row["round"], cancelledRound: row["cancelled_round"],
            progress: progress.map(OpenProgress.open) ?? .answered)
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

/// What the store itself has to know of a job's progress.
package struct StoredProgress {
    package let hasAnswer: Bool
    /// 0 before anybody has run it; 1 where it does not say.
    package let round: Int64

    private struct Rounded: Decodable { var round: Int64 }

    package init(_ text: String) {
        hasAnswer = text.utf8.starts(with: #"{"answer":"#.utf8)
        let named = try? JSONDecoder().decode(Rounded.self, from: Data(text.utf8)).round
        round = text.isEmpty ? 0 : named ?? 1
    }
}
