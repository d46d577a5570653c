internal import AccessControl
internal import Changesets
internal import GRDB

/// Judges every row of a push by the rights of who pushes, whoever wrote it first: before it is joined, by
/// what the join would make of it.
final class PushAuthority {
    private let actor: Actor
    private let pusher: ReplicaID
    private let transaction: WriteTransaction
    private let homes: Homes
    /// Roots of this push that were refused, and are not here.
    private var refused: [RowID: String] = [:]

    /// Nil for one who may do everything.
    init?(_ transaction: WriteTransaction, _ actor: Actor, _ pusher: ReplicaID) throws {
        guard actor != .everything else { return nil }
        self.actor = actor
        self.pusher = pusher
        self.transaction = transaction
        homes = try Homes(transaction)
    }

    /// Why a row may not become what it would; nil where it may.
    ///
    /// - Parameter current: the row as it is here; nil where it is not.
    func objection(to row: RowState, insteadOf current: RowState?, in table: SyncedTable) throws -> String? {
        let change = RowChange(row, current, table)
        let reason = try objection(to: change)
        if let reason, current == nil, transaction.tables.isRoot(table) { refused[row.id] = reason }
        return reason
    }

    private func objection(to change: RowChange) throws -> String? {
        if let current = change.current {
            // What is here is not for them, whether it would change or not.
            guard try isReadable(current, change.table) else { return "you may not see it" }
            if current == change.row { return nil }
        }
        if let reason = forgery(change) ?? reserved(change) { return reason }
        return switch change.table.number {
        case SyncedTable.prompts.number, SyncedTable.groups.number, SyncedTable.projects.number: try standing(change)
        case SyncedTable.groupEntries.number: try entry(change)
        case SyncedTable.workspaces.number: workspace(change)
        case SyncedTable.purges.number: decide(.purge, Place(home: .workspace))
        case SyncedTable.users.number, SyncedTable.nodes.number, SyncedTable.favourites.number,
            SyncedTable.preferences.number, SyncedTable.usageEvents.number:
            try personal(change)
        case SyncedTable.jobs.number:
            try personal(change) ?? JobRights(change: change, server: transaction.replica).objection
        case SyncedTable.testRuns.number: try testRun(change)
        case SyncedTable.violations.number: try violation(change)
        case SyncedTable.styles.number, SyncedTable.styleVersions.number, SyncedTable.models.number,
            SyncedTable.sharedAnswers.number, SyncedTable.policies.number:
            decide(.manageWorkspace, Place(home: .workspace))
        case SyncedTable.providers.number: provider(change)
        default: try content(change)
        }
    }

    /// To be called when the row has been written.
    func note(_ row: RowState, insteadOf current: RowState?, _ table: SyncedTable) throws {
        let key = RowKey(table: table.number, id: row.id)
        forget(key)
        let carriage = Carriage(row, current, table, pusher: pusher, users: actor.view.users)
        try transaction.note(carriage, of: key, actor, pusher)
    }

    /// To be called before a row is written that others are judged by.
    func forget(_ key: RowKey) { homes.forget(key) }

    /// Of a prompt that is here.
    func objection(to action: Action, of prompt: RowID) throws -> String? {
        guard let place = try homes.prompt(prompt) else { return "the server has no such prompt" }
        return decide(action, place)
    }

    private func isReadable(_ row: RowState, _ table: SyncedTable) throws -> Bool {
        let key = RowKey(table: table.number, id: row.id)
        // Known from when it was published; what came by this very push is its pusher's.
        if try transaction.audience(of: key) == nil { return true }
        guard let place = try homes.place(row, table) else { return try isPushers(key) }
        return actor.view.contains(place.audience)
    }

    /// Of a row whose root is not here.
    private func isPushers(_ key: RowKey) throws -> Bool {
        try transaction.audiences.readable(actor.view).contains(transaction.audience(of: key))
    }

    private func decide(_ action: Action, _ place: Place) -> String? {
        AccessControl.decide(actor, action, home: place.home, through: place.groups).reason
    }

    // MARK: What stands by itself

    private func standing(_ change: RowChange) throws -> String? {
        guard let after = try homes.place(change.row, change.table) else { return "it is not known whose it is" }
        guard let current = change.current, let before = try homes.place(current, change.table) else {
            return decide(.create, after)
        }
        if before.home != after.home { return decide(.move, before) ?? decide(.move, after) }
        return decide(change.isDelete ? .delete : .edit, before)
    }

    private func workspace(_ change: RowChange) -> String? {
        guard change.row.id == transaction.workspace else { return "it is another workspace's" }
        return decide(.manageWorkspace, Place(home: .workspace))
    }

    /// Whoever puts a prompt into a group lets others read it.
    private func entry(_ change: RowChange) throws -> String? {
        for group in change.both("group_id") {
            if let reason = try edit(RowKey(table: SyncedTable.groups.number, id: group)) { return reason }
        }
        guard change.row.clock.isAlive, !change.wasAlive || change.changes("prompt_id") || change.changes("group_id")
        else { return nil }
        guard let prompt = change.fields.id("prompt_id"), let place = try homes.prompt(prompt),
            let group = change.fields.id("group_id"), let home = try homes.group(group)?.home
        else { return "the server has no such prompt, or group" }
        return AccessControl.decidePutting(
            actor, prompt: place.home, through: place.groups, into: group, at: home
        ).reason
    }

    // MARK: What belongs to something

    private func content(_ change: RowChange) throws -> String? {
        if change.table.number == SyncedTable.conflicts.number { return try journal(change) }
        let owners = [change.row, change.current].compactMap { $0 }.compactMap {
            homes.owner(of: RowFields($0, change.table), change.table)
        }
        for owner in owners { if let reason = try edit(owner) { return reason } }
        guard owners.isEmpty else { return nil }
        guard let place = try homes.place(change.row, change.table) else { return createOwn() }
        return decide(.edit, place)
    }

    /// A root that is not here may come later; until then what belongs to it is the pusher's own.
    private func edit(_ root: RowKey) throws -> String? {
        if let place = try homes.root(root) { return decide(.edit, place) }
        if let reason = refused[root.id] { return reason }
        return createOwn()
    }

    private func createOwn() -> String? {
        decide(.create, Place(home: actor.view.users.min().map(Scope.private) ?? .nobody))
    }

    private func journal(_ change: RowChange) throws -> String? {
        guard let place = try homes.place(change.row, change.table) else { return createOwn() }
        return decide(.edit, place)
    }

    // MARK: What is somebody's own

    private func personal(_ change: RowChange) throws -> String? {
        switch change.table.number {
        case SyncedTable.users.number:
            if actor.view.users.contains(change.row.id) { return decide(.use, Place(home: .private(change.row.id))) }
            return decide(.manageMembers(.member), Place(home: .workspace)).map { _ in "it is another user's" }
        case SyncedTable.preferences.number where change.both("owner_id").contains(transaction.workspace):
            return decide(.manageWorkspace, Place(home: .workspace))
        case SyncedTable.preferences.number: return own(change, "owner_id")
        default: return try own(change, "user_id") ?? unseenPrompt(change)
        }
    }

    /// What somebody noted of a prompt is read by whoever reads that: they would hold what they may not see.
    private func unseenPrompt(_ change: RowChange) throws -> String? {
        let isNote = SyncedTable.notes.contains { $0.number == change.table.number }
        guard isNote, let prompt = change.fields.id("prompt_id"),
            let place = try homes.prompt(prompt), !actor.view.contains(place.audience)
        else { return nil }
        return "you may not see its prompt"
    }

    /// One's own, as all that somebody notes of a prompt; another's only where one may edit that.
    private func testRun(_ change: RowChange) throws -> String? {
        let users = change.both("user_id")
        if !users.isEmpty, users.allSatisfy(actor.view.users.contains) { return try personal(change) }
        guard change.current != nil, !change.changes("user_id") else { return "it is another user's" }
        return try content(change)
    }

    /// Whoever called writes down what was found, and who manages the workspace says what becomes of it.
    private func violation(_ change: RowChange) throws -> String? {
        let fields = change.fields
        let isUntouched =
            fields.text("status") == "open" && fields.text("notes") == "" && fields["resolved_at"] == .null
            && fields["resolved_by"] == .null
        guard change.current == nil, isUntouched, !change.isDelete else {
            return decide(.manageWorkspace, Place(home: .workspace))
        }
        return try personal(change)
    }

    /// A password in an address would be everybody's.
    private func provider(_ change: RowChange) -> String? {
        if ProviderAddress.holdsSecret(change.fields.text("base_url") ?? "") { return ProviderAddress.secretObjection }
        return decide(.manageWorkspace, Place(home: .workspace))
    }

    private func own(_ change: RowChange, _ column: String) -> String? {
        let users = change.both(column)
        guard !users.isEmpty, users.allSatisfy(actor.view.users.contains) else { return "it is another user's" }
        for user in users { if let reason = decide(.use, Place(home: .private(user))) { return reason } }
        return nil
    }

    private func reserved(_ change: RowChange) -> String? {
        guard change.table.number == SyncedTable.groups.number, change.row.id == .admins else { return nil }
        return "its id is that of the workspace's admins"
    }

    /// Who made a thing stays who made it: else it could be made private to another. But for what was imported,
    /// which several may have made.
    private func forgery(_ change: RowChange) -> String? {
        guard change.current != nil, change.changes("created_by") else { return nil }
        let isDerived = change.row.id.bytes[6] >> 4 == 8
        if isDerived, let maker = change.fields.id("created_by"), actor.view.users.contains(maker) { return nil }
        return "who made it can't be changed"
    }
}

/// A row as it is, and as a join would make it.
struct RowChange {
    let row: RowState
    let current: RowState?
    let table: SyncedTable

    init(_ row: RowState, _ current: RowState?, _ table: SyncedTable) {
        self.row = row
        self.current = current
        self.table = table
    }

    var fields: RowFields { RowFields(row, table) }
    var wasAlive: Bool { current?.clock.isAlive ?? false }
    var isDelete: Bool { !row.clock.isAlive }

    /// The ids in a column, before and after.
    func both(_ column: String) -> Set<RowID> {
        Set([row, current].compactMap { $0.flatMap { RowFields($0, table).id(column) } })
    }

    func changes(_ column: String) -> Bool {
        guard let current else { return true }
        return RowFields(current, table)[column] != fields[column]
    }
}
