internal import AccessControl
internal import Changesets
internal import GRDB
internal import SyncEngine

/// Takes rows out of a client's replica that its user may not read any more: never as deletions. What was
/// changed of them here and has not been sent goes to the orphans first.
struct Losing {
    static let reason = "you may not see it any more"

    private let transaction: WriteTransaction

    init(_ transaction: WriteTransaction) { self.transaction = transaction }

    /// Rows that left, with all that belongs to them. To be run folded, with triggers off.
    func lose(_ names: [RowName]) throws -> Losses {
        var keys: Set<RowKey> = []
        for name in names {
            guard let table = try transaction.rows.table(named: name.table) else { continue }
            let key = RowKey(table: table.number, id: name.row)
            keys.formUnion([key] + (try transaction.dependents(of: key)))
        }
        return try lose(keys)
    }

    /// What goes with a row: what belongs to it, and what the journal says of it.
    func company(of key: RowKey) throws -> [RowKey] { try transaction.dependents(of: key) + journal(key) }

    /// Those of them that are still here.
    func loseRest(_ keys: Set<RowKey>) throws -> Losses {
        try lose(keys.filter { try transaction.clocks.entry($0) != nil })
    }

    /// All that a view does not contain.
    ///
    /// - Parameters:
    ///   - former: the one before it.
    ///   - isNewEpoch: whether the server may lack what was sent.
    func loseAll(but view: ReadView, after former: ReadView, isNewEpoch: Bool) throws -> Losses {
        let isWider = former.intersection(view) == former
        return try lose(rows(outside: view, keepsUnclear: !view.isNothing && (isWider || isNewEpoch)))
    }

    /// - Parameter keepsUnclear: whether what is clean stays although it is not known here whose it is there.
    private func rows(outside view: ReadView, keepsUnclear: Bool) throws -> Set<RowKey> {
        let homes = try Homes(transaction)
        var found: Set<RowKey> = []
        // What was sent, and of which nothing has come back, may be another row by now where it was sent to.
        let isUnknown = "dirty = 0 AND hash IS NULL"
        try SQLStatement(transaction.database, "SELECT tbl, id, \(isUnknown) FROM row_clocks").forEach { row in
            guard let id = row.rowID(1) else { return }
            let key = RowKey(table: Int(row.integer(0)), id: id)
            guard let (state, table) = try homes.state(key) else { return }
            let isClear = keepsUnclear || row.integer(2) == 0
            let isInside =
                try homes.place(state, table).map { isClear && view.contains($0.audience) }
                ?? (keepsUnclear || stays(key, view))
            if !isInside, try !isOwn(state, table) { found.insert(key) }
        }
        return found
    }

    /// Whether something may stay of which it is not known here whose it is, as the row is not here that it belongs
    /// to: until it is sent, and the server judges it. What was sent comes again where it may be read.
    private func stays(_ key: RowKey, _ view: ReadView) throws -> Bool {
        try !view.isNothing && transaction.clocks.entry(key)?.isDirty == true
    }

    /// Who and where this library is, and how its user likes it: that stays, whatever is taken away.
    private func isOwn(_ row: RowState, _ table: SyncedTable) throws -> Bool {
        switch table.number {
        case SyncedTable.workspaces.number: row.id == transaction.workspace
        case SyncedTable.users.number: row.id == transaction.user
        case SyncedTable.nodes.number:
            row.id == transaction.replica.rowID || RowFields(row, table).id("user_id") == transaction.user
        case SyncedTable.preferences.number: RowFields(row, table).id("owner_id") == transaction.user
        default: false
        }
    }

    private func lose(_ keys: Set<RowKey>) throws -> Losses {
        var losses = Losses()
        if planted(.lossesKept) { return losses }
        let all = try keys.union(keys.flatMap(journal)).sorted()
        for key in all where try isUnsent(key) {
            losses.leavesGap = try losses.leavesGap || isOwnUnsent(key)
            if try setAside(key) { losses.setAside += 1 }
        }
        for key in all where try transaction.clocks.entry(key) != nil {
            try transaction.erase(key)
            losses.rows += 1
        }
        if losses.rows > 0 { try leaveNothing() }
        return losses
    }

    private func journal(_ key: RowKey) throws -> [RowKey] {
        try transaction.journalEntries(of: key.id, in: transaction.rows[key.table].table).map {
            RowKey(table: SyncedTable.conflicts.number, id: $0)
        }
    }

    /// In a new epoch everything is dirty until it has been compared. What the server had acknowledged
    /// of this replica counts as sent there.
    private func isUnsent(_ key: RowKey) throws -> Bool {
        guard let entry = try transaction.clocks.entry(key), entry.isDirty, !planted(.unsentNotSetAside) else {
            return false
        }
        let isComparing = try transaction.statement("SELECT 1 FROM remote WHERE is_compared = 0").first([]) { _ in true
        }
        return try isComparing == nil || isOwnUnsent(key)
    }

    /// Whether there is in it what this replica did and the server has not acknowledged.
    private func isOwnUnsent(_ key: RowKey) throws -> Bool {
        guard let clock = try transaction.clocks.entry(key)?.clock else { return false }
        let acked = try transaction.acknowledgedSeq()
        return (clock.edits.entries + clock.deletes.entries).contains {
            $0.replica == transaction.replica && $0.seq > acked
        }
    }

    private func setAside(_ key: RowKey) throws -> Bool {
        guard let entry = try transaction.clocks.entry(key),
            let (state, table) = try transaction.rows.state(key, entry.clock)
        else { return false }
        return try transaction.setAside(state, of: table, as: .refused, Self.reason)
    }

    /// What was lost must not be found in the file's free space, nor in the search index.
    private func leaveNothing() throws {
        try transaction.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')", [])
        transaction.identity.wipe = .file
    }
}
