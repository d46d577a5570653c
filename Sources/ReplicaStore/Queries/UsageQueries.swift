package import Changesets
internal import FoundationEssentials
internal import GRDB

/// By what use is counted.
package enum UsageGrouping: String, Sendable, CaseIterable { case prompt, day, kind }

/// How often something was done.
package struct UsageRecord: Hashable, Sendable {
    /// A prompt's id, a day such as 2026-01-31 in UTC, or a kind.
    package var key: String
    /// The prompt's name, where counted by prompt and it is still there.
    package var name: String?
    package var count: Int
    /// Unix milliseconds.
    package var last: Int64
}

extension ReadTransaction {
    /// The most used first, days newest first.
    ///
    /// - Parameters:
    ///   - since: Unix milliseconds.
    package func usage(by grouping: UsageGrouping, of prompt: RowID?, since: Int64?) throws -> [UsageRecord] {
        let sql = """
            SELECT \(Self.key(grouping)) AS key, count(*) AS count, max(occurred_at) AS last FROM usage_events
            WHERE \(seenPrompts)(?1 IS NULL OR prompt_id = ?1) AND (?2 IS NULL OR occurred_at >= ?2)
            GROUP BY 1 ORDER BY \(grouping == .day ? "key DESC" : "count DESC, key")
            """
        return try Row.fetchAll(database.keptStatement(sql), arguments: [prompt?.blob, since]).map { row in
            let key: String = row["key"]
            let name = grouping == .prompt ? try RowID(hex: key).flatMap { try self.prompt($0)?.name } : nil
            return UsageRecord(key: key, name: name, count: row["count"], last: row["last"])
        }
    }

    /// What is noted of a prompt goes with it.
    private var seenPrompts: String {
        seen.isEverything ? "" : "prompt_id IN (SELECT id FROM \(seen.prompts)) AND "
    }

    private static func key(_ grouping: UsageGrouping) -> String {
        switch grouping {
        case .prompt: "lower(hex(prompt_id))"
        case .day: "strftime('%Y-%m-%d', occurred_at / 1000, 'unixepoch')"
        case .kind: "kind"
        }
    }
}
