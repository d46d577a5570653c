internal import Changesets
internal import GRDB
internal import SyncEngine

/// What a join leaves out: what was purged, and what was deleted and collected here before, which is a row
/// that is not there, and whose edits are all at or below the floor.
///
/// What belongs to a root that comes alive by the same join is let in all the same, and so are versions of
/// a prompt that lives. As the root may come after its rows, they are left out by a first pass and let in by
/// a second one.
struct Departed {
    private let transaction: WriteTransaction
    private let floor: VersionVector
    private let purged: PurgedRows
    /// Whether something was left out that had been kept in this file on its way.
    private(set) var isTainted = false
    /// Left out, with the row each of them depends on: its root, or what a journal entry is about.
    private var leftOut: [RowKey: RowKey?] = [:]
    /// In the second pass only these are looked at.
    private var wanted: Set<RowKey>?
    /// Roots that came alive here.
    private var revived: Set<RowKey> = []
    /// Those of them that were here, deleted.
    private(set) var restored: Set<RowKey> = []

    init(_ transaction: WriteTransaction, knowsFloor: Bool) throws {
        self.transaction = transaction
        purged = try PurgedRows(transaction)
        floor = knowsFloor && !planted(.noFloor) ? try transaction.reading.floor() : VersionVector()
    }

    func isOpen(to key: RowKey) -> Bool { wanted?.contains(key) ?? true }

    /// Whether the row was purged. What is met of it is remembered, and its journal goes.
    mutating func isPurged(_ row: RowState, of table: SyncedTable) throws -> Bool {
        guard try purged.contains(row, of: table) else { return false }
        let key = RowKey(table: table.number, id: row.id)
        leftOut[key] = .some(nil)
        isTainted = true
        guard !table.shape.isAppendOnly else { return true }
        try transaction.notePurged(row.id)
        try transaction.eraseWithJournal(key)
        return true
    }

    mutating func passesOver(_ row: RowState, of table: SyncedTable) throws -> Bool {
        guard !floor.isEmpty, wanted == nil else { return false }
        let owner = owner(of: row, table)
        guard try isBelowFloor(row, table, owner) else { return false }
        let key = RowKey(table: table.number, id: row.id)
        guard try transaction.clocks.entry(key) == nil, try !transaction.wasRefused(key, row.clock.edits) else {
            return false
        }
        leftOut[key] = .some(owner)
        return true
    }

    private func isBelowFloor(_ row: RowState, _ table: SyncedTable, _ owner: RowKey?) throws -> Bool {
        if !row.clock.edits.isEmpty { return !row.clock.edits.exceeds(floor) }
        // Of a row that has gone, the journal has gone with it.
        guard table.number == SyncedTable.conflicts.number, let owner, let dot = Self.lostDot(row) else { return false }
        return try floor.contains(dot) && transaction.clocks.entry(owner) == nil
    }

    /// To be called for each row that was written.
    mutating func note(_ key: RowKey, _ table: SyncedTable, isAlive: Bool, wasAlive: Bool?) {
        guard transaction.tables.isRoot(table), isAlive, wasAlive != true else { return }
        revived.insert(key)
        if wasAlive == false { restored.insert(key) }
    }

    mutating func beginSecondPass() throws -> Bool {
        var found: Set<RowKey> = []
        for (key, owner) in leftOut {
            guard let owner else { continue }
            if try revived.contains(owner) || isDependent(key, on: owner) { found.insert(key) }
        }
        if !found.isEmpty { wanted = found }
        for key in found { leftOut[key] = nil }
        return !found.isEmpty
    }

    /// Whether a row can't have been deleted by itself: an entry of the journal, whose row must be here, or
    /// a version, whose prompt must live.
    private func isDependent(_ key: RowKey, on owner: RowKey) throws -> Bool {
        guard transaction.tables.numbered(key.table)?.isImmutable == true else { return false }
        guard let clock = try transaction.clocks.entry(owner)?.clock else { return false }
        return key.table == SyncedTable.conflicts.number || clock.isAlive
    }

    var names: [RowName] {
        get throws {
            try leftOut.keys.sorted().map { RowName(table: try transaction.rows[$0.table].table.name, row: $0.id) }
        }
    }

    private func owner(of row: RowState, _ table: SyncedTable) -> RowKey? {
        if table.number == SyncedTable.conflicts.number {
            guard let name = row.values.first?.text, let named = transaction.tables.named(name), row.values.count > 1
            else {
                return nil
            }
            return row.values[1].rowID.map { RowKey(table: named.number, id: $0) }
        }
        guard let root = table.root, let place = table.columns.firstIndex(of: root.column),
            let named = transaction.tables.named(root.table), place < row.values.count
        else { return nil }
        return row.values[place].rowID.map { RowKey(table: named.number, id: $0) }
    }

    /// The transaction of the value that a journal entry keeps.
    private static func lostDot(_ row: RowState) -> Dot? {
        guard row.values.count >= 7, let replica = row.values[4].rowID.flatMap({ ReplicaID($0.bytes) }),
            case .integer(let seq) = row.values[5], seq > 0
        else { return nil }
        return Dot(replica: replica, seq: UInt64(seq))
    }
}

extension Value {
    /// Nil for what is no id.
    var rowID: RowID? {
        if case .blob(let bytes) = self { RowID(bytes) } else { nil }
    }
}
