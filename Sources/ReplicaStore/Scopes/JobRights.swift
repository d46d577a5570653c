internal import Changesets

/// What somebody may do with a job of their own: say what they want of it, and bring what their nodes did. What was
/// queued, and what the server did, stays: else it would run again what was paid for once (sync-protocol/model.md,
/// section 21).
struct JobRights {
    private static let fixed = [
        "user_id", "node_id", "prompt_id", "version_id", "label", "request", "created_at",
    ]

    let change: RowChange
    /// The server's own replica.
    let server: ReplicaID

    /// Why a job may not become what it would; nil where it may.
    var objection: String? {
        if change.isDelete { return "jobs are not deleted" }
        // Nothing has been done yet, by what is known here.
        guard let current = change.current else { return nil }
        if Self.fixed.contains(where: change.changes) { return "what was queued can't be changed" }
        guard change.changes("progress") else { return nil }
        let (before, after) = (progress(current), progress(change.row))
        // A job with an answer is never run again; and a server that was restored lacks some.
        if after.hasAnswer { return nil }
        let isLater = after.round > before.round
        let isNodes = after.round == before.round && !isWrittenByServer(current)
        return !before.hasAnswer && (isLater || isNodes) ? nil : "only who runs a job says how far it is"
    }

    private func progress(_ row: RowState) -> StoredProgress {
        StoredProgress(RowFields(row, change.table).text("progress") ?? "")
    }

    private func isWrittenByServer(_ row: RowState) -> Bool {
        let place = change.table.columns.firstIndex(of: "progress")
        return place.flatMap { row.clock.columns[$0] }?.dot.replica == server
    }
}
