internal import Changesets
package import ReplicaStore

/// How often prompts were used.
package struct UsageView: Encodable, Sendable, Equatable {
    /// A prompt's name (its id where it is gone), a day in UTC, or a kind.
    package var name: String
    package var promptID: String?
    package var count: Int
    /// Unix milliseconds.
    package var lastAt: Int64

    enum CodingKeys: String, CodingKey {
        case name, count
        case promptID = "prompt_id"
        case lastAt = "last_at"
    }
}

/// What can be done with a prompt.
package enum UsageKind: String, Sendable { case render }

extension Library {
    /// - Parameter since: a time as `PastTime` takes it.
    package func usage(
        by grouping: UsageGrouping, of name: String? = nil, since: String? = nil, _ page: PageRequest = PageRequest()
    ) throws -> Listing<UsageView> {
        try replica.read { reading in
            let prompt = try name.map { try reading.resolvePrompt($0).id }
            let since = try since.map { try PastTime.milliseconds($0, now: replica.machineTime()) }
            let records = try reading.usage(by: grouping, of: prompt, since: since)
            return try page.page(
                of: records.map {
                    UsageView(
                        name: $0.name ?? $0.key, promptID: grouping == .prompt ? $0.key : nil, count: $0.count,
                        lastAt: $0.last)
                })
        }
    }
}

extension WriteTransaction {
    func record(_ kind: UsageKind, of version: VersionRecord) throws {
        try insert(
            into: .usageEvents, .uuid7(at: now),
            [
                "prompt_id": .blob(version.prompt), "version_id": .blob(version.id), "user_id": .blob(user),
                "node_id": .blob(replica.rowID), "kind": .text(kind.rawValue), "occurred_at": .integer(now),
            ])
    }
}
