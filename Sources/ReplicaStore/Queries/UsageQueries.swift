package import Changesets
internal import FoundationEssentials
internal import GRDB

/// By what use is counted.
package enum UsageGrouping: String, Sendable, CaseIterable { case prompt, day, model, user, kind }

/// Which use is counted.
package struct UsageFilter: Sendable {
    package var prompt: RowID?
    /// Only one's own.
    package var isOwn = false
    /// Unix milliseconds.
    package var since: Int64?

    package init(prompt: RowID? = nil, isOwn: Bool = false, since: Int64? = nil) {
        self.prompt = prompt
        self.isOwn = isOwn
        self.since = since
    }
}

/// How often something was done, and what it took. Sums are of what was measured.
package struct UsageRecord: Hashable, Sendable {
    /// A prompt's or user's id, a day such as 2026-01-31 in UTC, a model, or a kind; empty for none.
    package var key: String
    /// The prompt's or user's name, where counted by that and it is still there.
    package var name: String?
    package var count: Int
    /// Those that ended with an error.
    package var errors: Int
    /// Unix milliseconds.
    package var last: Int64
    package var inputTokens: Int64
    package var cachedTokens: Int64
    package var outputTokens: Int64
    /// Nano-dollars.
    package var cost: Int64
    /// Completions and tests of which the cost is not known.
    package var withoutCost: Int
    /// Milliseconds, on average; nil where none was measured.
    package var averageLatency: Int64?
}

extension ReadTransaction {
    /// The most used first, days newest first.
    package func usage(by grouping: UsageGrouping, _ filter: UsageFilter = UsageFilter()) throws -> [UsageRecord] {
        let user = try filter.isOwn ? currentUser() : nil
        let rows = try Row.fetchAll(
            database.keptStatement(usageSQL(grouping)), arguments: [filter.prompt?.blob, filter.since, user?.blob])
        return try rows.map { row in
            let key: String = row["key"]
            return UsageRecord(row, key: key, name: try name(of: key, grouping))
        }
    }

    /// Sums by `total`, which can't overflow whatever somebody's numbers are.
    private func usageSQL(_ grouping: UsageGrouping) -> String {
        """
        SELECT \(Self.key(grouping)) AS key, count(*) AS count, max(occurred_at) AS last,
            count(*) FILTER (WHERE outcome = 'error') AS errors, total(input_tokens) AS input,
            total(cached_tokens) AS cached, total(output_tokens) AS output, total(cost) AS cost,
            count(*) FILTER (WHERE kind IN ('completion', 'test') AND cost IS NULL) AS without_cost,
            avg(latency) AS latency
        FROM usage_events
        WHERE \(seen.isUsageSeen) AND (?1 IS NULL OR prompt_id = ?1) AND (?2 IS NULL OR occurred_at >= ?2)
            AND (?3 IS NULL OR user_id = ?3)
        GROUP BY 1 ORDER BY \(grouping == .day ? "key DESC" : "count DESC, key")
        """
    }

    private func name(of key: String, _ grouping: UsageGrouping) throws -> String? {
        guard let id = RowID(hex: key) else { return nil }
        return switch grouping {
        case .prompt: try prompt(id)?.name
        case .user: try userName(id)
        case .day, .model, .kind: nil
        }
    }

    private static func key(_ grouping: UsageGrouping) -> String {
        switch grouping {
        case .prompt: "lower(hex(prompt_id))"
        case .day: "strftime('%Y-%m-%d', occurred_at / 1000, 'unixepoch')"
        case .model: "model"
        case .user: "lower(hex(coalesce(user_id, x'')))"
        case .kind: "kind"
        }
    }
}

extension UsageRecord {
    fileprivate init(_ row: Row, key: String, name: String?) {
        self.key = key
        self.name = name
        count = row["count"]
        errors = row["errors"]
        last = row["last"]
        inputTokens = row.rounded("input") ?? 0
        cachedTokens = row.rounded("cached") ?? 0
        outputTokens = row.rounded("output") ?? 0
        cost = row.rounded("cost") ?? 0
        withoutCost = row["without_cost"]
        averageLatency = row.rounded("latency")
    }
}

extension Row {
    /// A sum or an average, which SQLite gives as a fraction.
    func rounded(_ column: String) -> Int64? {
        (self[column] as Double?).map { value in
            Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
        }
    }
}
