internal import Changesets
internal import GRDB
package import SyncEngine

/// Where row states come from, which decides what becomes of them here.
package enum ChangesetOrigin: Sendable {
    /// Our server's own published state: what equals it is clean.
    case pull
    /// A file: whatever it changes is news to our server.
    case file
    /// A client, to us as its server.
    case push
}

/// What applying did.
package struct ApplySummary: Sendable {
    /// Rows that were new here or changed.
    package var changed = 0
    /// Rows whose state here is now just what came.
    package var equal = 0
    /// Rows where something here is newer than what came.
    package var superseded = 0
    /// Rows where both sides had something that the other lacked.
    package var merged = 0
    /// Values that went to the conflict journal.
    package var conflicts = 0
    /// Row states of a file that are set aside, as their clock is far ahead.
    package var parked = 0
    /// Row states that were not taken.
    package var denied: [RowDenial] = []

    package init() {}
}

/// Joins row states from outside into the replica. One SQLite transaction holds the rows, their
/// clocks and the journal of what lost.
struct Applying {
    private let transaction: WriteTransaction
    private let origin: ChangesetOrigin
    private let rules: RowRules
    /// What a pusher may change.
    private let authority: PushAuthority?
    /// Which tables' rows are looked at: roots come before what belongs to them, where rights depend on it.
    var stage = Stage.all
    /// Transactions beyond these can't exist yet; who names one is lying or confused.
    var seqsMax: [ReplicaID: UInt64] = [:]
    /// Stamps beyond this are from a clock that is ahead.
    var timeMax = HybridTime(rawValue: .max)
    /// Whether a row that comes is there for certain, of those marked with 2 in place of dirty.
    var clearsDoubt = false
    private var latest = HybridTime.zero
    /// Those of a push: their labels may be anything.
    private var newPrompts: Set<RowID> = []
    private let damaged: Set<RowKey>
    private let hasRefusals: Bool
    private var departed: Departed
    private(set) var summary = ApplySummary()
    /// The positions that were given here to rows in just the state that came, ascending.
    private(set) var positionsOfEqual: [ClosedRange<Int64>] = []

    enum Stage {
        case all
        case roots
        case others

        func includes(_ table: SyncedTable, _ tables: SyncedTables) -> Bool {
            self == .all || tables.isRoot(table) == (self == .roots)
        }
    }

    /// - Parameters:
    ///   - knowsFloor: whether what was collected here stays out, but by a pull.
    ///   - authority: what the pusher may do, where not everything.
    init(
        _ transaction: WriteTransaction, from origin: ChangesetOrigin, knowsFloor: Bool = true,
        authority: PushAuthority? = nil
    ) throws {
        self.transaction = transaction
        self.origin = origin
        self.authority = authority
        rules = RowRules(transaction.database)
        damaged = try origin == .file ? [] : transaction.damagedRows()
        hasRefusals = try origin != .pull && transaction.hasRefusals()
        departed = try Departed(transaction, knowsFloor: knowsFloor && origin != .pull)
    }

    var stages: [Stage] { authority == nil ? [.all] : [.roots, .others] }

    /// Rows that were not taken, as they were deleted and collected before.
    var passedOver: [RowName] { get throws { try departed.names } }

    /// To be called when all has been applied once: says whether all has to be applied again, as rows that
    /// were passed over belong to a root that came alive, in a page that may have come after theirs.
    mutating func needsSecondPass() throws -> Bool { try departed.beginSecondPass() }

    /// To be called when all has been applied.
    func finish() throws {
        try transaction.carryOutPurges()
        if departed.isTainted, origin != .file { transaction.identity.wipe = .file }
        guard origin == .file else { return }
        for root in departed.restored.sorted() { try transaction.publishChildren(of: root) }
    }

    mutating func apply(_ page: ChangesetPage) throws {
        for batch in page.batches {
            let table = try transaction.rows.table(of: batch)
            guard stage.includes(table, transaction.tables) else { continue }
            let aligned = try rules.alignment(of: batch, to: table)
            for row in batch.rows { try apply(aligned(row), to: table) }
        }
        // Whatever this node stamps from now on is later than all it has seen.
        transaction.identity.lastTime = max(transaction.identity.lastTime, latest)
    }

    private mutating func apply(_ incoming: RowState, to table: SyncedTable) throws {
        let key = RowKey(table: table.number, id: incoming.id)
        guard departed.isOpen(to: key) else { return }
        if clearsDoubt { try transaction.clocks.clearDoubt(key) }
        // Before anything that would keep it: refused rows are set aside.
        if try departed.isPurged(incoming, of: table) { return }
        let isDamaged = damaged.contains(key)
        let isGivenBack = try isDamaged && transaction.isPublishedState(incoming, of: key, table)
        if let reason = try objection(to: incoming, in: table, isGivenBack) {
            return try deny(incoming, table, reason)
        }
        try check(incoming.clock)
        if try departed.passesOver(incoming, of: table) { return }
        let time = incoming.clock.latestTime
        guard time <= timeMax else { return try park(incoming, table) }
        latest = max(latest, time)
        if try Planted.skips(incoming, transaction) { return }
        let hash = origin == .pull ? incoming.hash(of: table.shape) : nil
        if isDamaged {
            if !isGivenBack, let reason = try authority?.objection(to: incoming, insteadOf: nil, in: table) {
                return try deny(incoming, table, reason)
            }
            try replace(key, by: incoming, table, hash)
        } else if let entry = try transaction.clocks.entry(key) {
            try join(incoming, into: entry, key, table, hash)
        } else {
            if let reason = try authority?.objection(to: incoming, insteadOf: nil, in: table) {
                return try deny(incoming, table, reason)
            }
            try write(incoming, key, wasAlive: nil, isDirty: origin == .file && !planted(.onlySealedRowsPushed), hash)
            try authority?.note(incoming, insteadOf: nil, table)
            noteEqual()
            departed.note(key, table, isAlive: incoming.clock.isAlive, wasAlive: nil)
            if origin == .push, table.number == SyncedTable.prompts.number { newPrompts.insert(incoming.id) }
            summary.changed += 1
            summary.equal += 1
        }
    }

    private mutating func deny(_ incoming: RowState, _ table: SyncedTable, _ reason: String) throws {
        if origin == .push {
            try transaction.noteRefused(RowKey(table: table.number, id: incoming.id), incoming.clock.edits)
        }
        summary.denied.append(RowDenial(table: table.name, row: incoming.id, reason: reason))
    }

    /// - Parameter isGivenBack: whether this was published, and is damaged here: whoever has it changes nothing by it.
    private func objection(to incoming: RowState, in table: SyncedTable, _ isGivenBack: Bool) throws -> String? {
        if let reason = try rules.objection(to: incoming, in: table) { return reason }
        guard origin == .push, table.number == SyncedTable.labels.number, !isGivenBack else { return nil }
        return try transaction.objection(toPushedLabel: incoming, newPrompts: newPrompts)
    }

    private mutating func check(_ clock: RowClock) throws {
        for vector in [clock.edits, clock.deletes] { try check(vector) }
    }

    private func check(_ vector: VersionVector) throws {
        for dot in vector.entries {
            if !planted(.seqReusedAfterRestore), origin != .push, dot.replica == transaction.replica,
                dot.seq > UInt64(transaction.identity.lastSeq)
            {
                throw OwnLaterWork()
            }
            if let most = seqsMax[dot.replica], dot.seq > most {
                throw SyncRefusal(.malformed, "a row names transaction \(dot.seq) where there are \(most) yet")
            }
        }
    }

    /// A file's row whose clock is far ahead waits for somebody to accept it: it would win for ever. A
    /// client can stamp what it pushes again.
    private mutating func park(_ incoming: RowState, _ table: SyncedTable) throws {
        guard origin == .file else {
            throw SyncRefusal(.restamp, "a stamp is ahead of the server's clock: stamp again")
        }
        guard try !transaction.holds(incoming, table) else { return }
        let ahead = "stamped more than a day ahead of this machine's clock"
        if try transaction.setAside(incoming, of: table, as: .parked, ahead) { summary.parked += 1 }
    }

    private mutating func join(
        _ incoming: RowState, into entry: ClockTable.Entry, _ key: RowKey, _ table: SyncedTable, _ hash: UInt64?
    ) throws {
        let wasAlive = entry.clock.isAlive
        let found = try transaction.rows.state(key, entry.clock)?.state
        if origin == .pull, entry.isDamaged(found, table) { return try replace(key, by: incoming, table, hash) }
        guard let local = found else {
            throw ReplicaError(.damaged, "row \(key.id) of \(table.name) has a clock but no values; run offbook doctor")
        }
        let extras = local.extras.united(with: incoming.extras)
        if let reason = rules.widthObjection(to: extras, in: table) { return try deny(incoming, table, reason) }
        let joined = RowJoin(local, incoming, shape: table.shape)
        if let reason = try authority?.objection(to: joined.row, insteadOf: local, in: table) {
            return try deny(incoming, table, reason)
        }
        let isEqual = joined.row == incoming
        if isEqual { summary.equal += 1 } else { summary.superseded += 1 }
        if joined.row != local {
            // What a pull leaves greater than the server's state is to be pushed.
            let isDirty =
                origin == .pull ? !isEqual : entry.isDirty || origin == .file && !planted(.onlySealedRowsPushed)
            try write(joined.row, key, wasAlive: wasAlive, isDirty: isDirty, hash, insteadOf: entry.hash)
            try authority?.note(joined.row, insteadOf: local, table)
            departed.note(key, table, isAlive: joined.row.clock.isAlive, wasAlive: wasAlive)
            summary.changed += 1
            if isEqual { noteEqual() } else { summary.merged += 1 }
        } else if origin == .pull {
            // A state of the server's from before what is here: the rest of it may not have got there. By the
            // hash, as a column of a later schema may be missing on either side.
            if isEqual, entry.isDirty { try transaction.clocks.markClean(key) }
            if !isEqual, !entry.isDirty, joined.row.hash(of: table.shape) != hash {
                try transaction.clocks.markDirty(key)
            }
            try transaction.setHash(hash, of: key, insteadOf: entry.hash)
        }
        for lost in joined.lost { try journal(lost, of: key, in: table) }
    }

    /// To be called after the row was written.
    private mutating func noteEqual() {
        let position = transaction.identity.lastPosition
        if let last = positionsOfEqual.last, last.upperBound == position - 1 {
            positionsOfEqual[positionsOfEqual.count - 1] = last.lowerBound...position
        } else {
            positionsOfEqual.append(position...position)
        }
    }

    /// - Parameters:
    ///   - hash: of what our server published, where this comes from there.
    ///   - former: the one before it.
    private func write(
        _ row: RowState, _ key: RowKey, wasAlive: Bool?, isDirty: Bool, _ hash: UInt64? = nil,
        insteadOf former: UInt64? = nil
    ) throws {
        try transaction.rows.write(row, key, wasAlive: wasAlive)
        if hasRefusals { try transaction.noteTaken(key, row.clock.edits) }
        try transaction.clocks.store(
            key, ClockTable.Entry(clock: row.clock, position: transaction.nextPosition(), isDirty: isDirty, hash: hash))
        if hash != nil { try transaction.countHash(hash, insteadOf: former) }
    }

    /// What is here is not what was published, though nobody edited it: there is nothing to join with.
    private mutating func replace(_ key: RowKey, by incoming: RowState, _ table: SyncedTable, _ hash: UInt64?) throws {
        let former = try transaction.removeDamaged(key, table, unless: incoming)
        try write(incoming, key, wasAlive: nil, isDirty: false, hash, insteadOf: former)
        summary.changed += 1
        summary.equal += 1
    }

    private mutating func journal(_ lost: LostValue, of key: RowKey, in table: SyncedTable) throws {
        let entry = JournalEntry(table: table.name, row: key.id, lost: lost)
        let place = RowKey(table: SyncedTable.conflicts.number, id: entry.id)
        guard try transaction.clocks.entry(place) == nil else { return }
        // Made by a merge here, so nobody else may have it.
        let state = RowState(id: entry.id, clock: .appendOnly, values: entry.values)
        if planted(.journalOutsideTransaction) { try Planted.commitEarly(transaction) }
        try write(state, place, wasAlive: nil, isDirty: !planted(.onlySealedRowsPushed))
        summary.conflicts += 1
    }
}

/// A row of the conflict journal. Its id and content are functions of the row, the column, the
/// loser's dot and its value only, so that every node that journals a loss makes the same row.
struct JournalEntry {
    var table: String
    var row: RowID
    var lost: LostValue

    var id: RowID {
        .journal(
            table: Bytes(table.utf8), row: row, column: Bytes(lost.column.utf8), dot: lost.stamp.dot, value: lost.value)
    }

    var values: [Value] {
        [
            .text(table), .blob(row), .text(lost.column), .integer(lost.stamp.time.rawValue),
            .blob(lost.stamp.dot.replica.rowID), .integer(Int64(lost.stamp.dot.seq)), lost.value,
        ]
    }
}
