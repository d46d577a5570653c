internal import Changesets
internal import ReplicaStore

/// What a replica should hold, row by row, in plain maps.
struct ReferenceReplica {
    var rows: [Key: ReferenceRow] = [:]
    /// Rows of the replica up to here have been looked at.
    var position: Int64 = 0
    /// The id that the replica had then.
    var replica: ReplicaID?
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
            let seqs = Self.vector(found)
            found.formUnion(vector.entries.filter { seqs[$0.replica] != $0.seq }.map(naming))
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
