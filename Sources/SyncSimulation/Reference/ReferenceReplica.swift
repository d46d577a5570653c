internal import Changesets
internal import ReplicaStore

/// What a replica should hold, row by row, in plain maps.
struct ReferenceReplica {
    var rows: [Key: ReferenceRow] = [:]
    /// Rows of the replica up to here have been looked at.
    var position: Int64 = 0
    /// The id that the replica had then.
    private(set) var replica: ReplicaID?
    /// Its own transactions that its rows do not show any more: they were refused, or may not be seen, and
    /// went to the orphans. Whoever made them knows them: later ones say so, as a vector can't leave one out.
    private var dropped: [Key: Set<TrueDot>] = [:]

    mutating func take(_ changes: [Key: ReferenceRow?]) {
        for (key, row) in changes { rows[key] = row }
    }

    /// Notes what went of a row's own transactions.
    mutating func note(_ key: Key, was before: ReferenceRow?, is after: ReferenceRow?) {
        let gone = (before?.dots ?? []).subtracting(after?.dots ?? []).filter { $0.dot.replica == replica }
        if !gone.isEmpty { dropped[key, default: []].formUnion(gone) }
    }

    /// With a new id its own transactions are others: what it had given up under the former one is not before them.
    mutating func take(_ id: ReplicaID) {
        if replica != id { dropped = [:] }
        replica = id
    }

    /// The row, having seen what its vectors say that it has.
    func remembering(_ key: Key, _ row: ReferenceRow) -> ReferenceRow {
        guard let dropped = dropped[key] else { return row }
        var row = row
        let (edits, deletes) = (ReferenceRow.vector(row.edits), ReferenceRow.vector(row.deletes))
        row.edits.formUnion(dropped.filter { $0.dot.seq <= edits[$0.dot.replica] ?? 0 })
        row.deletes.formUnion(dropped.filter { $0.dot.seq <= deletes[$0.dot.replica] ?? 0 })
        return row
    }
}

/// What a node is about to join, until it has: what it may be after a crash.
struct Risk {
    var incoming: [Incoming]
    /// Whether the reference knows what it joins with.
    var isKnown: Bool
}

/// A row state on its way, as its sender's reference has it.
struct Incoming {
    var key: Key
    var row: ReferenceRow
}

extension ReferenceRow {
    /// This row after transactions of its replica's own made it what is stored: a dot that is new is a
    /// transaction of this incarnation, and a delete had seen all edits that were there.
    func advanced(to stored: StoredRow, by replica: ReplicaID, _ incarnation: Int) -> ReferenceRow {
        let own = { (dot: Dot) in TrueDot(dot: dot, incarnation: incarnation) }
        var row = self
        row.take(stored, from: [self], naming: own)
        let isNew = { (seq: UInt64, before: Set<TrueDot>) in seq > Self.vector(before)[replica] ?? 0 }
        let edited = stored.clock.edits[replica]
        if isNew(edited, edits) { row.edits.insert(own(Dot(replica: replica, seq: edited))) }
        let deleted = stored.clock.deletes[replica]
        if isNew(deleted, deletes) {
            row.deletes.formUnion(row.edits.filter { $0.dot.replica != replica || $0.dot.seq <= deleted })
            row.deletes.insert(own(Dot(replica: replica, seq: deleted)))
        }
        return row
    }

    /// The stored row in the reference's terms, where it can't be told what made it: transactions of
    /// the candidates that are in its vectors, and `naming` for what is in none.
    static func adopting(
        _ stored: StoredRow, from candidates: [ReferenceRow], naming: (Dot) -> TrueDot
    ) -> ReferenceRow {
        func known(_ dots: some Sequence<TrueDot>, _ vector: VersionVector) -> Set<TrueDot> {
            var found = Set(dots.filter { vector.contains($0.dot) })
            let (seqs, all) = (Self.vector(found), Self.vector(Set(dots)))
            for dot in vector.entries where seqs[dot.replica] != dot.seq {
                found.insert(dot.seq < all[dot.replica] ?? 0 ? .cap(dot) : naming(dot))
            }
            return found
        }
        var row = ReferenceRow()
        row.edits = known(candidates.flatMap(\.edits), stored.clock.edits)
        row.take(stored, from: candidates, naming: naming)
        row.deletes.formUnion(known(candidates.flatMap(\.deletes) + row.edits, stored.clock.deletes))
        return row
    }

    /// Takes over values and stamps. A stamp that a candidate has is that one's.
    private mutating func take(_ stored: StoredRow, from candidates: [ReferenceRow], naming: (Dot) -> TrueDot) {
        let stamps = candidates.flatMap { $0.cells.compactMap(\.stamp) + [$0.deletion].compactMap { $0 } }
        func named(_ stamp: Stamp) -> TrueStamp {
            let plain = TrueStamp(time: stamp.time.rawValue, dot: naming(stamp.dot))
            return stamps.last { $0.isAlike(plain) } ?? plain
        }
        deletion = stored.clock.deletion.map(named)
        cells = stored.values.enumerated().map { place, value in
            Cell(value: value, stamp: stored.clock.columns[place].map(named))
        }
        // Restamping a dead row gives its columns a dot that only D covers.
        let dots = cells.compactMap(\.stamp?.dot)
        edits.formUnion(dots.filter { stored.clock.edits.contains($0.dot) })
        deletes.formUnion(dots.filter { !stored.clock.edits.contains($0.dot) })
    }
}
