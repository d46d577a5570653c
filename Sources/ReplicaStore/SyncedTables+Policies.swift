internal import Changesets

/// The tables of what may go to a model, and come from it.
extension SyncedTable {
    package static let policies = SyncedTable(
        25, "policies",
        [
            .latest("name"), .latest("description"), .latest("kind"), .latest("rules"), .latest("threshold"),
            .latest("severity"), .latest("action"), .latest("is_active"), .latest("is_enforced"),
            .latest("project_id"), .madeOnce("created_at"),
        ])
    /// What happened is written once; what somebody thinks of it may change.
    package static let violations = SyncedTable(
        26, "violations",
        [
            "policy_id", "prompt_id", "version_id", "user_id", "node_id", "occurred_at", "request", "side", "kind",
            "severity", "action", "found", "findings", "confidence", "measured", "threshold",
        ].map { .madeOnce($0) } + [.latest("status"), .latest("notes"), .latest("resolved_at"), .latest("resolved_by")])
}
