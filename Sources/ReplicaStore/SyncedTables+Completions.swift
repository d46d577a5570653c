internal import Changesets

/// The tables under completions.
extension SyncedTable {
    /// What its user wants and what its runner did are columns of their own: each has one writer, and any two
    /// states of them make a sane one (sync-protocol/model.md, section 21).
    package static let jobs = SyncedTable(
        18, "jobs",
        [
            .madeOnce("user_id"), .madeOnce("node_id"), .madeOnce("prompt_id"), .madeOnce("version_id"),
            .madeOnce("label"), .madeOnce("request"), .madeOnce("created_at"), .latest("runner_id"),
            .counted("round"), .counted("cancelled_round"), .latest("progress"),
        ])
    package static let testRuns = SyncedTable(
        19, "test_runs",
        [
            "prompt_id", "version_id", "user_id", "node_id", "created_at", "input", "output", "error", "provider",
            "model", "input_tokens", "cached_tokens", "output_tokens", "cost", "latency",
        ].map { .madeOnce($0) } + [.latest("rating"), .latest("feedback")])
    package static let styles = SyncedTable(20, "styles", [.madeOnce("name"), .latest("version_id")])
    package static let styleVersions = SyncedTable(
        21, "style_versions",
        [
            "style_id", "parent_id", "generation", "description", "body", "message", "author_id", "node_id",
            "created_at",
        ].map { .madeOnce($0) }, isAppendOnly: true)
    package static let providers = SyncedTable(
        22, "providers",
        [
            .latest("name"), .latest("kind"), .latest("base_url"), .latest("config"), .latest("is_active"),
            .latest("is_default"), .madeOnce("created_at"),
        ])
    package static let models = SyncedTable(
        23, "models",
        [
            .latest("provider_id"), .latest("model"), .latest("name"), .latest("capabilities"),
            .latest("max_context_length"), .latest("prices"), .latest("default_temperature"),
            .latest("default_max_tokens"), .latest("is_active"), .latest("is_deprecated"), .madeOnce("created_at"),
        ])
    package static let sharedAnswers = SyncedTable(
        24, "shared_answers",
        [
            .madeOnce("prompt_id"), .counted("model"), .counted("answer"), .counted("made_at"),
            .counted("lives_until"),
        ])

    /// Rows that are no edit of the prompt they name, and are read by whoever reads that: they go where it goes.
    static let notes = [usageEvents, testRuns, sharedAnswers]
    /// Of no prompt's children: what is erased with a purged prompt.
    static let purgedByName = notes + [jobs, violations]
}
