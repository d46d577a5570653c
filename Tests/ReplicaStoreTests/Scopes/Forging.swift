import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// A client that writes whatever rows it likes into its pushes.
final class Forger {
    let troupe: Troupe
    let name: String
    /// One that it has, or a new one.
    let replica: ReplicaID
    private var acknowledged = AcknowledgedTransaction.none

    init(_ troupe: Troupe, as name: String) {
        self.troupe = troupe
        self.name = name
        replica = .random()
    }

    /// - Parameter time: Unix milliseconds of its stamps.
    /// - Returns: a state of the row all of whose columns it has just written.
    func row(
        _ table: SyncedTable, _ id: RowID, _ values: [String: Value], over current: RowState? = nil,
        time: Int64 = 1_800_000_060_000, deleted: Bool = false
    ) -> (SyncedTable, RowState) {
        let blank = current?.values ?? table.columns.map { Self.blank($0) }
        let all = zip(table.columns, blank).map { values[$0] ?? $1 }
        guard !table.shape.isAppendOnly else { return (table, RowState(id: id, clock: .appendOnly, values: all)) }
        let dot = Dot(replica: replica, seq: acknowledged.seq + 1)
        let stamp = Stamp(time: HybridTime(milliseconds: time), dot: dot)
        var clock = current?.clock ?? RowClock(columns: ColumnStamps(count: table.columns.count))
        if deleted {
            clock.recordDelete(stamp)
        } else {
            clock.recordEdit(stamp, columns: { _ in true }, of: table.columns.count)
        }
        return (table, RowState(id: id, clock: clock, values: all))
    }

    private static func blank(_ column: String) -> Value {
        let unmeasured = [
            "input_tokens", "cached_tokens", "output_tokens", "cost", "latency", "rating", "max_tokens", "cost_limit",
            "token_limit", "runner_id", "parent_id", "max_context_length", "default_max_tokens", "node_id",
        ]
        if unmeasured.contains(column) { return .null }
        if ["project_id", "category", "archived_at", "email", "public_key", "version_id"].contains(column) {
            return .null
        }
        if column.hasSuffix("_id") || column.hasSuffix("_by") || ["parents", "replica"].contains(column) {
            return .blob([])
        }
        let numbers = [
            "created_at", "is_template", "generation", "occurred_at", "purged_at", "hlc", "seq", "round",
            "cancelled_round", "is_active", "is_default", "is_deprecated", "made_at", "lives_until", "shares_answers",
        ]
        if numbers.contains(column) {
            return .integer(1)
        }
        return .text(column == "visibility" ? "workspace" : column == "status" ? "active" : "")
    }

    /// - Returns: the reasons of the rows that were denied, in the order of the rows; nil for one that was taken.
    func push(_ rows: [(SyncedTable, RowState)]) throws -> [String?] {
        let outcome = try send(rows)
        return rows.map { table, row in
            outcome.denials.first { $0.table == table.name && $0.row == row.id }?.reason
        }
    }

    func send(_ rows: [(SyncedTable, RowState)]) throws -> PushOutcome {
        let server = troupe.server.replica
        let page = ChangesetPage(batches: rows.map { RowBatch($0.0.shape, rows: [$0.1]) })
        let id = [UInt8](repeating: 1, count: 16)
        try server.stage(page.encoded(), of: replica, push: id, part: 0)
        let next = AcknowledgedTransaction(seq: acknowledged.seq + 1, nonce: [1])
        let push = StagedPush(
            replica: replica, nodeName: name, id: id, parts: 1, follows: acknowledged, contains: next)
        let verdicts = try server.apply(push, by: troupe.actor(name))
        acknowledged = next
        return verdicts.outcome
    }
}

/// What of the library a test names.
struct Belongings {
    let open: RowID
    let secret: RowID
    let hiddenProject: RowID
    let hiddenPrompt: RowID
    let annsGroup: RowID
    let bobsGroup: RowID

    /// Ann owns, bob is a member, vic a viewer, and gus a guest who may edit what is in ann's group.
    init(_ troupe: Troupe) throws {
        let ann = try troupe["ann"]
        open = try Self.id(ann.create(NewPrompt(name: "open", body: "for all")).id)
        var prompt = NewPrompt(name: "secret", body: "for ann")
        prompt.isPrivate = true
        secret = try Self.id(ann.create(prompt).id)
        prompt = NewPrompt(name: "planned", body: "hidden plan")
        prompt.project = "plans"
        hiddenPrompt = try Self.id(ann.create(prompt).id)
        hiddenProject = try Self.id(ann.project("plans").id)
        annsGroup = try Self.id(ann.createGroup("ann's", isPrivate: true).id)
        try ann.place("open", in: "ann's", .last)
        bobsGroup = try Self.id(troupe["bob"].createGroup("bob's", isPrivate: true).id)
        let project = hiddenProject
        for name in ["bob", "vic"] { troupe.change(name) { $0.hidden = [project] } }
        let group = annsGroup
        troupe.change("gus") { $0.shares = [group: .edit] }
        try troupe.settle()
    }

    private static func id(_ hex: String) throws -> RowID { try #require(RowID(hex: hex)) }
}
