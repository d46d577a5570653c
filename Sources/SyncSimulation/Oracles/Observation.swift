internal import Changesets
internal import ReplicaStore

/// The rows of a node that changed since the last look, and what they were then.
struct Observation {
    let node: VirtualNode
    let replica: ReplicaID
    /// The replica id at the last look.
    let former: ReplicaID?
    let before: [Key: ReferenceRow]
    let changed: [(key: Key, row: StoredRow, position: Int64)]
    let dots: TrueDots
    private let collected: Collected
    /// Whether a row is not there because it may not be read.
    private let isLost: (Key, ReferenceRow) throws -> Bool
    var after: ChangedRows

    init(
        node: VirtualNode, replica: ReplicaID, former: ReplicaID?, before: [Key: ReferenceRow],
        changed: [(key: Key, row: StoredRow, position: Int64)], dots: TrueDots, collected: Collected,
        isLost: @escaping (Key, ReferenceRow) throws -> Bool
    ) {
        self.node = node
        self.replica = replica
        self.former = former
        self.before = before
        self.changed = changed
        self.dots = dots
        self.collected = collected
        self.isLost = isLost
        after = ChangedRows(before)
    }

    private func fail(_ kind: Violation.Kind, _ key: Key, _ detail: String) -> Violation {
        Violation(kind, "\(node.name): \(key): \(detail)")
    }

    // MARK: - Transactions of its own

    mutating func checkOwn() throws {
        for (key, row, _) in changed {
            let known = before[key] ?? Self.empty(key)
            if tables[key.table]?.shape.isAppendOnly == true {
                try checkAppended(key, row)
                after[key] = .adopting(row, from: [], naming: dots.named)
                continue
            }
            try checkEdit(key, known, row)
            let advanced = known.advanced(to: row, by: replica, node.incarnation)
            if let difference = advanced.difference(from: row) { throw fail(.capture, key, difference) }
            for dot in advanced.dots where dot.dot.replica == replica && dot.incarnation == node.incarnation {
                dots.note(dot)
            }
            after[key] = advanced
        }
    }

    private func checkAppended(_ key: Key, _ row: StoredRow) throws {
        guard let known = before[key] else { return }
        if let difference = known.difference(from: row) { throw fail(.capture, key, difference) }
    }

    /// A column that was written has a stamp of its own later than all that were there; one that was not has
    /// the value that it had.
    private func checkEdit(_ key: Key, _ known: ReferenceRow, _ row: StoredRow) throws {
        let latest = known.cells.compactMap(\.stamp?.time).max() ?? -1
        for (place, cell) in known.cells.enumerated() {
            let stamp = row.clock.columns[place]
            let isSame = cell.stamp?.time == stamp?.time.rawValue && cell.stamp?.dot.dot == stamp?.dot
            if isSame {
                guard cell.value != row.values[place] else { continue }
                throw fail(
                    .capture, key, "column \(place) changed to \(row.values[place].shown) and has no stamp for it")
            }
            guard let stamp else { throw fail(.capture, key, "column \(place) lost its stamp") }
            if stamp.dot.replica != replica { throw fail(.capture, key, "column \(place) has another's stamp") }
            if known.dots.contains(where: { $0.dot == stamp.dot }) {
                throw fail(.clock, key, "column \(place) was stamped with a transaction that had been sealed")
            }
            if stamp.time != .zero, stamp.time.rawValue <= latest {
                throw fail(.clock, key, "column \(place) got \(Optional(stamp).shown), not later than what was there")
            }
        }
    }

    private static func empty(_ key: Key) -> ReferenceRow {
        guard let table = tables[key.table] else { return ReferenceRow() }
        return ReferenceRow(
            cells: table.columns.map { .init(value: SyncedTables.laterDefault(of: $0, in: table) ?? .null) })
    }

    // MARK: - Joins

    mutating func checkJoin(_ incoming: [Incoming], _ denied: Set<Key>) throws {
        let (expected, losses) = join(incoming, denied, onto: before)
        let stored = Dictionary(changed.map { ($0.key, $0.row) }, uniquingKeysWith: { $1 })
        for (key, row) in expected {
            guard let now = stored[key] else {
                if try isTurnedAway(key, row) || isLost(key, row) {
                    after[key] = nil
                    continue
                }
                guard before[key].map(row.isAlike) ?? false else {
                    throw fail(.join, key, "what came was not taken: \(missing(row, before[key]))")
                }
                continue
            }
            guard let difference = row.difference(from: now) else {
                after[key] = row
                continue
            }
            // It was dropped on the way, as collected, and came anew.
            guard let known = before[key], collected.covers(key, known),
                let anew = join(incoming.filter { $0.key == key }, denied, onto: [:]).rows[key],
                anew.difference(from: now) == nil
            else { throw fail(.join, key, "\(difference); \(history(key, incoming))") }
            after[key] = anew
        }
        for (key, row) in stored where expected[key] == nil {
            // What belongs to a root that came alive is published anew.
            if let known = before[key], known.difference(from: row) == nil { continue }
            guard key.table == SyncedTable.conflicts.number, let loss = losses[key] else {
                throw fail(
                    key.table == SyncedTable.conflicts.number ? .journal : .join, key,
                    "it changed by a join that did not name it")
            }
            try check(row, loss, key)
            after[key] = .adopting(row, from: [], naming: dots.named)
        }
        for (key, loss) in losses where after[key] == nil && !collected.contains(loss.row) {
            if after[loss.row] == nil { continue }
            throw fail(.journal, key, "the journal lacks \(loss.shown)")
        }
    }

    /// Whether it was collected, and is not here now.
    private func isTurnedAway(_ key: Key, _ row: ReferenceRow) throws -> Bool {
        try collected.covers(key, row) && node.rows.row(key) == nil
    }

    /// What the rows are after the join, and what it loses, by the key of its journal row.
    private func join(
        _ incoming: [Incoming], _ denied: Set<Key>, onto known: [Key: ReferenceRow]
    ) -> (rows: [Key: ReferenceRow], losses: [Key: ReferenceLoss]) {
        var rows: [Key: ReferenceRow] = [:]
        var losses: [Key: ReferenceLoss] = [:]
        for state in incoming where !denied.contains(state.key) {
            guard let table = tables[state.key.table] else { continue }
            guard let held = rows[state.key] ?? known[state.key] else {
                rows[state.key] = state.row
                continue
            }
            let join = ReferenceJoin(state.key, held, state.row, table)
            rows[state.key] = join.row
            for loss in join.losses { if let key = loss.journalKey { losses[key] = loss } }
        }
        return (rows, losses)
    }

    private func check(_ row: StoredRow, _ loss: ReferenceLoss, _ key: Key) throws {
        guard row.values.count == 7, row.values[6] == loss.value,
            row.values[3] == .integer(loss.stamp.time)
        else { throw fail(.journal, key, "the entry does not say what was lost") }
    }

    private func history(_ key: Key, _ incoming: [Incoming]) -> String {
        let states = [before[key]] + incoming.filter { $0.key == key }.map(\.row)
        let all = states.compactMap { $0 }
        let deleted = all.reduce(into: Set<TrueDot>()) { $0.formUnion($1.deletes) }
        let living = all.reduce(into: Set<TrueDot>()) { $0.formUnion($1.edits) }.subtracting(deleted)
        return states.map { $0.map { "E \($0.edits.shown) D \($0.deletes.shown)" } ?? "nothing" }
            .joined(separator: ", then ") + "; not deleted: "
            + living.map { "\($0.dot.replica.shown):\($0.dot.seq)/\($0.incarnation)" }.sorted().joined(separator: " ")
    }

    private func missing(_ row: ReferenceRow, _ known: ReferenceRow?) -> String {
        guard let known else { return "the row is not there" }
        return "E \(known.edits.shown) instead of \(row.edits.shown), D \(known.deletes.shown) instead of "
            + row.deletes.shown
    }

    // MARK: - What leaves more open

    mutating func checkHealing() throws {
        for (key, row, _) in changed {
            guard let known = before[key] else {
                let isOwnNode = key.table == SyncedTable.nodes.number && key.id == replica.rowID
                guard isOwnNode else { throw fail(.healing, key, "it came out of nothing") }
                after[key] = .adopting(row, from: [], naming: name)
                continue
            }
            guard known.isAlive == row.clock.isAlive, row.isPresent == known.isAlive else {
                throw fail(.healing, key, known.isAlive ? "it died" : "it came alive")
            }
            for (place, cell) in known.cells.enumerated() where cell.value != row.values[place] {
                throw fail(.healing, key, "column \(place) became \(row.values[place].shown)")
            }
            after[key] = .adopting(row, from: [known], naming: name)
        }
    }

    mutating func checkAnything(_ incoming: [Incoming]) throws {
        let arrived = Dictionary(incoming.map { ($0.key, $0.row) }, uniquingKeysWith: { $1 })
        for (key, row, _) in changed {
            if let known = before[key], !node.mayBeDenied.contains(key) {
                // It may have been dropped, as collected, and have come anew.
                let isAnew = collected.covers(key, known)
                try checkGrowth(key, isAnew ? arrived[key] ?? known : known, row)
            }
            let candidates = [arrived[key], before[key]].compactMap { $0 }
            after[key] = .adopting(row, from: candidates, naming: name)
        }
    }

    /// Nothing that was known may be gone, but for dots that a new replica id replaced.
    private func checkGrowth(_ key: Key, _ known: ReferenceRow, _ row: StoredRow) throws {
        let isReplaced = { (dot: TrueDot) in former != replica && dot.dot.replica == former }
        for (dots, vector) in [(known.edits, row.clock.edits), (known.deletes, row.clock.deletes)] {
            if let gone = dots.first(where: { !vector.contains($0.dot) && !isReplaced($0) }) {
                throw fail(.durability, key, "the transaction \(gone.dot.replica.shown):\(gone.dot.seq) is gone")
            }
        }
    }

    private func name(_ dot: Dot) -> TrueDot {
        guard dot.replica == replica else { return dots.named(dot) }
        return TrueDot(dot: dot, incarnation: node.incarnation)
    }
}

extension Observation {
    /// After a crash in the middle of a join: all of it, or nothing.
    mutating func checkAtomic(_ incoming: [Incoming]) throws {
        do {
            try checkJoin(incoming, [])
        } catch let violation as Violation {
            let untouched = changed.isEmpty || changed.allSatisfy { before[$0.key]?.difference(from: $0.row) == nil }
            guard untouched else { throw Violation(.atomicity, "after a crash: \(violation.detail)") }
            after = ChangedRows(before)
        }
    }
}
