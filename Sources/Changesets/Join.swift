/// A value, or a delete, that lost to one whose writer had not seen it.
package struct LostValue: Hashable, Sendable {
    /// Empty for a delete that an edit overruled.
    package var column: String
    package var stamp: Stamp
    package var value: Value

    package init(column: String, stamp: Stamp, value: Value) {
        self.column = column
        self.stamp = stamp
        self.value = value
    }
}

/// The join of two states of one row: commutative, associative and idempotent, column by column and
/// vector by vector. That, and nothing else, is merging (`sync-protocol/model.md`).
package struct RowJoin: Sendable {
    package var row: RowState
    package var lost: [LostValue] = []

    /// - Precondition: both states are of the same row, their values in the order of `shape`, then of
    ///   their extras.
    package init(_ a: RowState, _ b: RowState, shape: TableShape) {
        row = a
        if planted(.dominanceWithoutDeletes), !a.clock.edits.exceeds(b.clock.edits) {
            row = b
        } else if a.isAppendOnly(shape), b.isAppendOnly(shape) {
            joinAppendOnly(b, shape)
        } else {
            let all = planted(.unknownColumnsDropped) ? a.extras : a.extras.united(with: b.extras)
            joinHistories(a.having(all, of: shape), b.having(all, of: shape), shape)
        }
    }

    /// - Precondition: both have the same extras.
    private mutating func joinHistories(_ a: RowState, _ b: RowState, _ shape: TableShape) {
        row = a
        if !planted(.editsNotJoined) { row.clock.edits.join(b.clock.edits) }
        row.clock.deletes.join(b.clock.deletes)
        row.clock.deletion = [a.clock.deletion, b.clock.deletion].compactMap { $0 }.max()
        joinColumns(a, b, shape.columns + a.extras)
        row.dropUnwrittenExtras()
        if row.clock.isAlive { noteOverruledDeletes(a.clock, b.clock) }
    }

    /// Such rows are written once by one node; should two states meet all the same, the smaller stays
    /// everywhere. By name, as nodes of different schemas have the columns in different orders.
    private mutating func joinAppendOnly(_ b: RowState, _ shape: TableShape) {
        if row.values == b.values, row.extras == b.extras { return }
        let (mine, theirs) = (row.bytesByName(shape), b.bytesByName(shape))
        for name in Set(mine.keys).union(theirs.keys).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            // What is absent has its default, the least of all values.
            let (one, other) = (mine[name] ?? [], theirs[name] ?? [])
            guard one != other else { continue }
            if other.lexicographicallyPrecedes(one) { row = b }
            return
        }
    }

    private mutating func joinColumns(_ a: RowState, _ b: RowState, _ columns: [TableShape.Column]) {
        if a.clock.columns == b.clock.columns, a.values == b.values { return }
        var stamps = a.clock.columns.all(columns.count)
        for (place, column) in columns.enumerated() where place < a.values.count && place < b.values.count {
            let mine = ColumnState(stamp: stamps[place], value: a.values[place])
            let theirs = ColumnState(stamp: b.clock.columns[place], value: b.values[place])
            let theirsStays = theirs.prevails(over: mine, by: column.rule)
            if theirsStays {
                stamps[place] = theirs.stamp
                row.values[place] = theirs.value
            }
            if column.isJournalled {
                let (winner, loser) = theirsStays ? (theirs, mine) : (mine, theirs)
                note(loser, of: column.name, unlessSeenBy: theirsStays ? b.clock : a.clock, winner)
            }
        }
        row.clock.columns = ColumnStamps(stamps)
    }

    private mutating func note(
        _ loser: ColumnState, of column: String, unlessSeenBy clock: RowClock, _ winner: ColumnState
    ) {
        guard let stamp = loser.stamp, loser.value != winner.value else { return }
        // Equal dots with different values: a clone that has not been healed yet.
        guard !clock.hasSeen(stamp.dot) || stamp.dot == winner.stamp?.dot else { return }
        lost.append(LostValue(column: column, stamp: stamp, value: loser.value))
    }

    private mutating func noteOverruledDeletes(_ a: RowClock, _ b: RowClock) {
        for (dead, living) in [(a, b), (b, a)] where !dead.isAlive && living.isAlive {
            guard let deletion = dead.deletion, !living.hasSeen(deletion.dot) else { continue }
            lost.append(LostValue(column: "", stamp: deletion, value: .null))
        }
    }
}

/// A column of one state, as the join compares it.
private struct ColumnState {
    var stamp: Stamp?
    var value: Value

    /// Whether this one stays where it meets `other`. A column that was never written has only its
    /// default, which any writing beats.
    func prevails(over other: ColumnState, by rule: TableShape.Rule) -> Bool {
        if planted(.lastWriterByArrival) { return true }
        guard let mine = stamp else { return other.stamp == nil && other.value.precedes(value) }
        guard let theirs = other.stamp else { return true }
        switch rule {
        case .latest: return mine != theirs ? theirs < mine : other.value.precedes(value)
        case .earliest: return mine != theirs ? mine < theirs : value.precedes(other.value)
        }
    }
}
