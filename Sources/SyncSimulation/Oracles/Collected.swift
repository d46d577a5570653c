internal import Changesets
internal import ReplicaStore

/// What the server has collected: each row as it was then.
///
/// A row may vanish from a node, or be turned away there, where it is in here and has no edit
/// that whoever collected it had not seen. That is the whole of the oracle: what was unseen must stay, and what was
/// seen must not come back.
final class Collected {
    private var rows: [Key: ReferenceRow] = [:]

    /// What belongs to a root that came back, and was there with whoever brought it.
    private(set) var owed: Set<Key> = []

    func contains(_ key: Key) -> Bool { rows[key] != nil }

    /// Whether the row was deleted itself, and not hidden with its root.
    func wasDeleted(_ key: Key) -> Bool { rows[key].map { !$0.isAlive } ?? false }

    func owe(_ keys: some Sequence<Key>) { owed.formUnion(keys) }

    func note(_ key: Key, _ row: ReferenceRow) {
        rows[key] = joined(key, row)
        owed.remove(key)
    }

    /// The row together with what became of it where it was collected.
    func joined(_ key: Key, _ row: ReferenceRow) -> ReferenceRow {
        guard let known = rows[key], let table = tables[key.table] else { return row }
        return ReferenceJoin(key, known, row, table).row
    }

    /// Of a journal entry, what it is about counts.
    func covers(_ key: Key, _ row: ReferenceRow) -> Bool {
        if let subject = Self.subject(of: key, row) { return contains(subject) }
        // A delete that was not seen loses nothing. A dot of a copy's is another transaction here, and the
        // same one to a floor.
        guard let known = rows[key] else { return false }
        let vector = ReferenceRow.vector(known.dots)
        return row.edits.allSatisfy { $0.dot.seq <= vector[$0.dot.replica] ?? 0 }
    }

    /// Whether whoever collected the row had seen all of this: of a journal entry the edit that lost, too. That of
    /// another delete of the same row, which met a copy of it before it was collected, is news (model.md, 17).
    func hadSeen(_ key: Key, _ row: ReferenceRow) -> Bool {
        guard covers(key, row) else { return false }
        guard let known = Self.subject(of: key, row).flatMap({ rows[$0] }), let lost = Self.lostDot(row) else {
            return true
        }
        return lost.seq <= ReferenceRow.vector(known.dots)[lost.replica] ?? 0
    }

    /// The edit that a journal entry keeps.
    private static func lostDot(_ row: ReferenceRow) -> Dot? {
        guard row.cells.count > 5, let replica = row.cells[4].value.blob.flatMap({ ReplicaID($0) }),
            let seq = row.cells[5].value.integer, seq > 0
        else { return nil }
        return Dot(replica: replica, seq: UInt64(seq))
    }

    /// The row that a journal entry is about.
    static func subject(of key: Key, _ row: ReferenceRow) -> Key? {
        guard key.table == SyncedTable.conflicts.number, row.cells.count > 1,
            let table = row.cells[0].value.text.flatMap(SyncedTables.later.named),
            let id = row.cells[1].value.blob.flatMap({ RowID($0) })
        else { return nil }
        return Key(table, id)
    }
}

extension Key {
    /// The row that this one belongs to, in a given state.
    func root(of row: ReferenceRow) -> Key? {
        guard let table = tables[table], let root = table.root,
            let place = table.columns.firstIndex(of: root.column),
            let id = row.cells[place].value.blob.flatMap({ RowID($0) }),
            let rootTable = SyncedTables.later.named(root.table)
        else { return nil }
        return Key(rootTable, id)
    }
}

extension Simulation {
    static let retention: Int64 = 1_800_000
    static let lease: Int64 = 14_400_000

    /// Looks for rows that a node does not hold any more.
    ///
    /// - Parameter rows: what it should hold; those that have gone rightly are taken out.
    func checkVanished(_ node: VirtualNode, _ rows: inout ChangedRows) throws {
        guard try node.shell.integer("SELECT count(*) FROM row_clocks") < Int64(rows.count) else { return }
        let held = Set(try node.rows.rows(after: 0).map(\.key))
        let gone = rows.gone(from: held)
        if node.isServer { try archive(gone, from: rows) }
        for (key, row) in gone {
            try require(
                try collected.covers(key, row) || mayBeLost(key, row, at: node) || comesAgain(key, row, at: node)
                    || wentAlong(key, row, at: node), .durability,
                "\(node.name): \(key) has gone, with transactions that nobody had seen who collected it")
            if !collected.covers(key, row) { try checkSetAside(key, row, at: node) }
            node.reference.note(key, was: row, is: nil)
            rows[key] = nil
        }
    }

    /// The server has collected these, and may it have?
    private func archive(_ gone: [Key: ReferenceRow], from rows: ChangedRows) throws {
        for (key, row) in gone where key.table != SyncedTable.conflicts.number && !collected.covers(key, row) {
            try checkDue(key, row, rows)
            for client in clients { try checkKnown(key, row, at: client) }
        }
        for (key, row) in gone where key.table != SyncedTable.conflicts.number { collected.note(key, row) }
        if !gone.isEmpty { faults.note(.collection) }
    }

    /// It was deleted long enough ago, or belongs to what was.
    private func checkDue(_ key: Key, _ row: ReferenceRow, _ rows: ChangedRows) throws {
        let dead = row.isAlive ? key.root(of: row).flatMap { rows[$0] } : row
        let time = dead?.deletion?.time ?? dead?.latestTime ?? .max
        let isDue = dead.map { !$0.isAlive } ?? false && time >> 16 <= server.clock.now - Self.retention
        try require(isDue, .durability, "the server collected \(key), which nobody deleted, or not long ago")
    }

    /// Whoever is waited for knows all of it: that it was deleted, and by what.
    private func checkKnown(_ key: Key, _ row: ReferenceRow, at client: VirtualNode) throws {
        guard let pulled = client.pulledAt, time.now - pulled < Self.lease else { return }
        guard let known = client.reference.rows[key], try !mayBeLost(key, known, at: client) else { return }
        let seen = ReferenceRow.vector(known.edits.union(known.deletes))
        let unseen = row.dots.first { $0.dot.seq > seen[$0.dot.replica] ?? 0 }
        try require(
            unseen == nil, .durability,
            "the server collected \(key), and \(client.name) does not know yet what became of it")
    }

    /// What was collected must not show again by what the collector had seen: a row that was deleted itself
    /// stays away, one that went with its root comes back with that root only, and the journal with its row.
    /// What somebody who had not heard of it held of a root that he brought back comes with it: a limit of the model.
    func checkZombies() throws {
        for (key, row) in server.reference.rows where row.isAlive && collected.hadSeen(key, row) {
            let owner = (Collected.subject(of: key, row) ?? key.root(of: row)).flatMap { server.reference.rows[$0] }
            let isZombie = owner.map { $0.isAlive && collected.wasDeleted(key) } ?? true
            try require(
                !isZombie || collected.owed.contains(key), .convergence,
                "\(key) was collected, and has come back: \(row.cells.map(\.value.shown))")
        }
    }

    /// A row that nobody holds in the end went rightly, and not from him who brought its root back.
    func mayLack(_ key: Key, _ row: ReferenceRow) -> Bool {
        collected.covers(key, row) && !collected.owed.contains(key)
    }

    /// Who brings a root back brings all that he has of it, whatever had become of that.
    ///
    /// - Parameter hidden: rows that came, and were deleted before or not there.
    func noteRevivals(_ hidden: Set<Key>, by replica: ReplicaID?) {
        let revived = hidden.filter { server.reference.rows[$0]?.isAlive ?? false }
        let bringers = clients.filter { $0.reference.replica == replica }
        guard !revived.isEmpty, let bringer = bringers.first, bringers.count == 1 else { return }
        let children = bringer.reference.rows.filter { key, row in
            row.isAlive && key.root(of: row).map(revived.contains) ?? false
        }
        collected.owe(children.keys)
    }

    /// Of time that has passed there is rarely enough between two events.
    func collect(_ dice: inout SplitMix64) throws -> String {
        time.advance(by: dice.once(in: 3) ? Int64(dice.within(0...7_200_000)) : 0)
        try settle(server)
        do {
            let report = try server.replica.collect()
            try observe(server, .own)
            return "\(report.rows) rows, \(report.waiting) wait"
        } catch let error where server.disk.isDead && !(error is Violation) {
            try crash(server)
            return "died"
        }
    }
}
