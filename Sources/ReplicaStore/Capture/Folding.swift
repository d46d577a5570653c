internal import Changesets
internal import GRDB

/// Folds the change log into the packed clocks, in bulk: before a merge, a push or an export.
///
/// The net effect of a transaction counts: deleted and inserted again in one is an update.
struct Folding {
    private let transaction: WriteTransaction
    private var clocks: [RowKey: RowClock] = [:]
    /// In the order of first change, which becomes the order of publication.
    private var changed: [RowKey] = []
    private var revived: [RowKey] = []
    /// Roots that were deleted before.
    private var restored: [RowKey] = []

    init(_ transaction: WriteTransaction) { self.transaction = transaction }

    mutating func run() throws {
        let seals = try transaction.unfoldedSeals()
        guard !seals.isEmpty else { return }
        let log = try SQLStatement(transaction.database, "SELECT n, tbl, id, mask, op FROM change_log ORDER BY n")
        try log.bind([])
        var hasEntry = try log.step()
        for seal in seals {
            var changes = NetChanges()
            while hasEntry, log.integer(0) <= seal.lastChange {
                try changes.add(log)
                hasEntry = try log.step()
            }
            try fold(changes, seal)
        }
        try store()
        try transaction.forgetLog(of: seals)
        if changed.contains(where: { $0.table == SyncedTable.purges.number }) { try transaction.carryOutPurges() }
    }

    private mutating func fold(_ changes: NetChanges, _ seal: Seal) throws {
        let stamp = seal.stamp(by: transaction.replica)
        for key in changes.order {
            guard let change = changes.changes[key], let table = transaction.tables.numbered(key.table) else {
                continue
            }
            try apply(change, to: key, of: table, stamp)
        }
        for key in changes.order { try touchRoot(of: key, stamp.dot) }
    }

    private mutating func apply(_ change: NetChange, to key: RowKey, of table: SyncedTable, _ stamp: Stamp) throws {
        guard !table.shape.isAppendOnly else { return set(key, .appendOnly) }
        let known = try clock(key)
        var clock = known ?? RowClock(columns: ColumnStamps(count: table.columns.count))
        let wasAlive = known?.isAlive ?? false
        if change.isThere {
            clock.recordEdit(stamp, columns: change.touches, of: table.columns.count)
            if change.wasDeletedOnTheWay || (known != nil && !wasAlive) { revived.append(key) }
            if known != nil, !wasAlive, transaction.tables.isRoot(table) { restored.append(key) }
        } else if known != nil {
            // What it wrote before it deleted the row are the values that come back with the row.
            if change.writes { clock.recordEdit(stamp, columns: change.touches, of: table.columns.count) }
            clock.recordDelete(stamp)
        } else {
            // Inserted and deleted in one transaction: nothing happened.
            return try transaction.rows[key.table].forgetDeleted(key.id)
        }
        set(key, clock)
    }

    /// A change of a child is an edit of its root, so that deleting a prompt and editing its text
    /// are seen as concurrent.
    private mutating func touchRoot(of key: RowKey, _ dot: Dot) throws {
        guard clocks[key] != nil, let root = try rootKey(of: key), var clock = try clock(root), clock.isAlive,
            !clock.edits.contains(dot)
        else { return }
        clock.recordTouch(dot)
        set(root, clock)
    }

    private func rootKey(of key: RowKey) throws -> RowKey? {
        let rows = try transaction.rows[key.table]
        guard let root = rows.table.root, let table = transaction.tables.named(root.table),
            let column = rows.table.columns.firstIndex(of: root.column)
        else { return nil }
        let living = try rows.values(of: key.id, isAlive: true)
        guard let values = try living ?? deletedValues(rows, key.id), case .blob(let bytes) = values[column],
            let id = RowID(bytes)
        else { return nil }
        return RowKey(table: table.number, id: id)
    }

    private func deletedValues(_ rows: RowTable, _ id: RowID) throws -> [Value]? {
        rows.table.isImmutable ? nil : try rows.values(of: id, isAlive: false)
    }

    private mutating func clock(_ key: RowKey) throws -> RowClock? {
        if let clock = clocks[key] { return clock }
        return try transaction.clocks.entry(key)?.clock
    }

    private mutating func set(_ key: RowKey, _ clock: RowClock) {
        if clocks.updateValue(clock, forKey: key) == nil { changed.append(key) }
    }

    private func store() throws {
        for key in changed {
            guard let clock = clocks[key] else { continue }
            try transaction.clocks.store(
                key, ClockTable.Entry(clock: clock, position: transaction.nextPosition(), isDirty: true))
        }
        for key in revived where clocks[key]?.isAlive == true { try transaction.rows[key.table].forgetDeleted(key.id) }
        for root in restored where clocks[root]?.isAlive == true { try transaction.publishChildren(of: root) }
    }
}

/// What one transaction did to each row it changed.
private struct NetChanges {
    var order: [RowKey] = []
    var changes: [RowKey: NetChange] = [:]

    mutating func add(_ log: SQLStatement) throws {
        guard let id = log.rowID(2) else { return }
        let key = RowKey(table: Int(log.integer(1)), id: id)
        if changes[key] == nil { order.append(key) }
        changes[key, default: NetChange()].add(mask: log.integer(3), operation: Int(log.integer(4)))
    }
}

private struct NetChange {
    private var mask: Int64 = 0
    /// Whether the row is there after the transaction.
    private(set) var isThere = true
    private(set) var wasDeletedOnTheWay = false

    mutating func add(mask: Int64, operation: Int) {
        self.mask |= mask
        isThere = operation != CaptureSchema.Operation.delete
        wasDeletedOnTheWay = wasDeletedOnTheWay || !isThere
    }

    var writes: Bool { mask != 0 }

    /// An insert's mask has all bits set; a column beyond the 63rd counts with it.
    func touches(_ column: Int) -> Bool { mask >> Int64(min(column, 63)) & 1 == 1 }
}
