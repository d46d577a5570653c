/// What is known of a row's history: which edits its state contains, what its deletes had seen, and
/// when each column was written. `sync-protocol/model.md` says why it is these three.
package struct RowClock: Hashable, Sendable {
    /// E: the edits that this row's state contains.
    package var edits = VersionVector()
    /// D: what the deletes of this row had seen, their own dots included.
    package var deletes = VersionVector()
    /// The latest delete.
    package var deletion: Stamp?
    package var columns: ColumnStamps

    package init(columns: ColumnStamps = ColumnStamps(count: 0)) {
        self.columns = columns
    }

    /// The clock of a row that was just inserted.
    package init(insertedBy stamp: Stamp, columns count: Int) {
        edits = VersionVector([stamp.dot])
        columns = ColumnStamps(uniform: stamp, count: count)
    }

    /// Rows of append-only tables have no history.
    package static let appendOnly = RowClock()

    /// Whether this is the clock of a row of an append-only table, however many columns it was given.
    package var isAppendOnly: Bool { edits.isEmpty && deletes.isEmpty }

    /// A row is alive iff it has an edit that no delete of it had seen.
    package var isAlive: Bool { edits.exceeds(deletes) || isAppendOnly }

    /// Whether the writer of this state had seen the transaction.
    package func hasSeen(_ dot: Dot) -> Bool { edits.contains(dot) || deletes.contains(dot) }

    package mutating func recordEdit(_ stamp: Stamp, columns changed: (Int) -> Bool, of count: Int) {
        edits.insert(stamp.dot)
        columns.set(stamp, where: changed, of: count)
    }

    /// A change of a child row: an edit of this row that writes no column.
    package mutating func recordTouch(_ dot: Dot) { edits.insert(dot) }

    package mutating func recordDelete(_ stamp: Stamp) {
        deletes.join(edits)
        deletes.insert(stamp.dot)
        deletion = max(deletion ?? stamp, stamp)
    }

    /// Every stamp in here, a column's or the delete's.
    package var stamps: [Stamp] { columns.distinct + [deletion].compactMap { $0 } }

    package var latestTime: HybridTime { max(columns.latestTime, deletion?.time ?? .zero) }
}

/// A stamp for each column, nil where the column was never written. Most rows have one writer, so
/// one stamp serves them all. Columns that are missing at the end count as never written, so that a row
/// of before a column was added equals one that never wrote it.
package struct ColumnStamps: Hashable, Sendable {
    private enum Storage: Sendable {
        case uniform(Stamp, count: Int)
        case each([Stamp?])
    }

    private var storage: Storage

    package init(count: Int) { storage = .each(Array(repeating: nil, count: count)) }

    package init(uniform stamp: Stamp, count: Int) { storage = .uniform(stamp, count: count) }

    package init(_ stamps: [Stamp?]) {
        if let first = stamps.first, let stamp = first, stamps.allSatisfy({ $0 == stamp }) {
            storage = .uniform(stamp, count: stamps.count)
        } else {
            storage = .each(stamps)
        }
    }

    package var count: Int {
        switch storage {
        case .uniform(_, let count): count
        case .each(let stamps): stamps.count
        }
    }

    /// Nil for a column that was never written, or that was added after this row's last change.
    package subscript(column: Int) -> Stamp? {
        switch storage {
        case .uniform(let stamp, let count): column < count ? stamp : nil
        case .each(let stamps): column < stamps.count ? stamps[column] : nil
        }
    }

    /// The one stamp of every column, where it is so.
    package var uniform: Stamp? {
        if case .uniform(let stamp, _) = storage { stamp } else { nil }
    }

    package func all(_ count: Int) -> [Stamp?] { (0..<count).map { self[$0] } }

    /// Ascending. Without a set: hashing a handful of stamps was a twelfth of a small join.
    package var distinct: [Stamp] {
        guard case .each(let stamps) = storage else { return uniform.map { [$0] } ?? [] }
        var distinct: [Stamp] = []
        for stamp in stamps.compactMap({ $0 }).sorted() where stamp != distinct.last { distinct.append(stamp) }
        return distinct
    }

    fileprivate var latestTime: HybridTime {
        switch storage {
        case .uniform(let stamp, _): stamp.time
        case .each(let stamps): stamps.reduce(.zero) { max($0, $1?.time ?? .zero) }
        }
    }

    package static func == (a: Self, b: Self) -> Bool {
        switch (a.storage, b.storage) {
        case (.uniform(let one, let count), .uniform(let other, let otherCount)) where count > 0 && otherCount > 0:
            count == otherCount && one == other
        case (.each(let one), .each(let other)) where one.count == other.count: one == other
        default: (0..<max(a.count, b.count)).allSatisfy { a[$0] == b[$0] }
        }
    }

    package func hash(into hasher: inout Hasher) {
        for column in (0..<count).reversed() where self[column] != nil {
            hasher.combine(column)
            return hasher.combine(self[column])
        }
    }

    /// - Parameter count: of the columns that may change. What lies behind is of a newer schema, and nobody
    ///   can have changed it here.
    package mutating func set(_ stamp: Stamp, where changed: (Int) -> Bool, of count: Int) {
        self = ColumnStamps((0..<max(count, self.count)).map { $0 < count && changed($0) ? stamp : self[$0] })
    }
}

/// Healing: the two cases in which what was sealed, but never acknowledged, is sealed again.
extension RowClock {
    /// The clock with one replica's unacknowledged transactions put under new dots; times stay.
    ///
    /// Two dots, the first lower than the second: a row that was deleted and made again since must
    /// stay alive, and one made and deleted dead.
    package func reparented(from former: ReplicaID, above acked: UInt64, to first: Dot, _ second: Dot) -> RowClock {
        if planted(.ownDotsKept) { return self }
        var clock = self
        let (editDot, deleteDot) = isAlive ? (second, first) : (first, second)
        if edits[former] > acked {
            clock.edits.cap(former, at: acked)
            clock.edits.insert(editDot)
        }
        if deletes[former] > acked {
            clock.deletes.cap(former, at: acked)
            clock.deletes.insert(deleteDot)
        }
        let isLoose = { (stamp: Stamp) in stamp.dot.replica == former && stamp.dot.seq > acked }
        return clock.mappingStamps(
            columns: { isLoose($0) ? Stamp(time: $0.time, dot: editDot) : $0 },
            deletion: { isLoose($0) ? Stamp(time: $0.time, dot: deleteDot) : $0 })
    }

    /// The clock with stamps later than `limit` replaced. Their dots stay in the vectors, and the row
    /// stays alive or dead as it was, for which it takes two stamps, the first the lower.
    package func restamped(after limit: HybridTime, by first: Stamp, _ second: Stamp) -> RowClock {
        guard stamps.contains(where: { $0.time > limit }) else { return self }
        let (edit, delete) = isAlive ? (second, first) : (first, second)
        var clock = mappingStamps(
            columns: { $0.time > limit ? edit : $0 }, deletion: { $0.time > limit ? delete : $0 })
        if isAlive { clock.edits.insert(edit.dot) }
        if !isAlive || clock.deletion == delete { clock.deletes.insert(delete.dot) }
        return clock
    }

    private func mappingStamps(columns map: (Stamp) -> Stamp, deletion mapDeletion: (Stamp) -> Stamp) -> RowClock {
        var clock = self
        clock.columns = ColumnStamps(columns.all(columns.count).map { $0.map(map) })
        clock.deletion = deletion.map(mapDeletion)
        return clock
    }
}
