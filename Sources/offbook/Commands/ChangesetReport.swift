import ReplicaStore

/// What importing a changeset prints as JSON.
struct ChangesetReport: Encodable {
    var changed: Int
    var conflicts: Int
    var parked: Int
    var rejected: [String]
    var dryRun: Bool

    init(_ summary: ApplySummary, isDryRun: Bool) {
        changed = summary.changed
        conflicts = summary.conflicts
        parked = summary.parked
        rejected = summary.denied.map(\.text)
        dryRun = isDryRun
    }

    enum CodingKeys: String, CodingKey {
        case changed, conflicts, parked, rejected
        case dryRun = "dry_run"
    }
}
