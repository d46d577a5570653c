package import Changesets
package import ReplicaStore

/// How often something was done, and what it took.
package struct UsageView: Encodable, Sendable, Equatable {
    /// A prompt's or user's name (its id where it is gone), a day in UTC, a model, or a kind; empty for none.
    package var name: String
    package var promptID: String?
    package var userID: String?
    package var count: Int
    package var errors: Int
    /// Unix milliseconds.
    package var lastAt: Int64
    package var inputTokens: Int64
    package var cachedTokens: Int64
    package var outputTokens: Int64
    /// Dollars, of what is known.
    package var cost: Double
    /// Completions and tests of which the cost is not known.
    package var withoutCost: Int
    /// Milliseconds; nil where none was measured.
    package var averageLatency: Int64?

    enum CodingKeys: String, CodingKey {
        case name, count, errors, cost
        case promptID = "prompt_id"
        case userID = "user_id"
        case lastAt = "last_at"
        case inputTokens = "input_tokens"
        case cachedTokens = "cached_tokens"
        case outputTokens = "output_tokens"
        case withoutCost = "without_cost"
        case averageLatency = "avg_latency_ms"
    }

    fileprivate init(_ record: UsageRecord, by grouping: UsageGrouping) {
        name = record.name ?? record.key
        promptID = grouping == .prompt && !record.key.isEmpty ? record.key : nil
        userID = grouping == .user && !record.key.isEmpty ? record.key : nil
        count = record.count
        errors = record.errors
        lastAt = record.last
        inputTokens = record.inputTokens
        cachedTokens = record.cachedTokens
        outputTokens = record.outputTokens
        cost = dollars(record.cost)
        withoutCost = record.withoutCost
        averageLatency = record.averageLatency
    }
}

extension Library {
    /// - Parameters:
    ///   - isOwn: only what whoever reads did.
    ///   - since: a time as `PastTime` takes it.
    package func usage(
        by grouping: UsageGrouping, of name: String? = nil, isOwn: Bool = false, since: String? = nil,
        _ page: PageRequest = PageRequest()
    ) throws -> Listing<UsageView> {
        try replica.read { reading in
            let filter = UsageFilter(
                prompt: try name.map { try reading.resolvePrompt($0).id }, isOwn: isOwn,
                since: try since.map { try PastTime.milliseconds($0, now: replica.machineTime()) })
            return try page.page(of: reading.usage(by: grouping, filter).map { UsageView($0, by: grouping) })
        }
    }

    /// Who reads and writes here, among the library's users; their row is there afterwards.
    package func introduced() throws -> RowID { try replica.write { $0.user } }

    /// Writes down what was done, and what went against policies, all in one transaction: of many at once each costs
    /// little.
    package func record(_ events: [UsageEvent], _ violations: [NewViolation] = []) throws {
        guard !events.isEmpty || !violations.isEmpty else { return }
        try replica.write { transaction in
            for event in events { try transaction.record(event) }
            for violation in violations { try transaction.record(violation) }
        }
    }
}

extension WriteTransaction {
    func record(_ kind: UsageKind, of version: VersionRecord) throws {
        try record(UsageEvent(kind, prompt: version.prompt, version: version.id))
    }

    func record(_ event: UsageEvent) throws {
        var values: [String: Value] = [
            "prompt_id": event.prompt.map { .blob($0) } ?? .blob([]), "version_id": Value(event.version),
            "user_id": .blob(event.user ?? user), "node_id": .blob(replica.rowID), "kind": .text(event.kind.rawValue),
            "occurred_at": .integer(event.occurredAt ?? now),
        ]
        if let use = event.use {
            values.merge(use.columns) { $1 }
            values["outcome"] = .text(use.outcome.rawValue)
            values["route"] = .text(use.route?.rawValue ?? "")
        }
        try insert(into: .usageEvents, event.id ?? newID(), values)
    }
}
