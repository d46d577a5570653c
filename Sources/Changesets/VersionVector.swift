/// Names a transaction for ever: the replica that sealed it and its number there.
package struct Dot: Hashable, Comparable, Sendable {
    package var replica: ReplicaID
    package var seq: UInt64

    package init(replica: ReplicaID, seq: UInt64) {
        self.replica = replica
        self.seq = seq
    }

    package static func < (a: Dot, b: Dot) -> Bool {
        a.replica != b.replica ? a.replica < b.replica : a.seq < b.seq
    }
}

/// When and by whom a column's value was written. Never changed once sealed.
package struct Stamp: Hashable, Comparable, Sendable {
    package var time: HybridTime
    package var dot: Dot

    package init(time: HybridTime, dot: Dot) {
        self.time = time
        self.dot = dot
    }

    package static func < (a: Stamp, b: Stamp) -> Bool {
        a.time != b.time ? a.time < b.time : a.dot < b.dot
    }
}

/// For each replica, the highest transaction seen. Small, so a sorted array. Seqs are at least 1.
package struct VersionVector: Hashable, Sendable {
    /// Ascending by replica, one entry each.
    package private(set) var entries: [Dot] = []

    package init() {}

    package init(_ dots: some Sequence<Dot>) {
        for dot in dots.sorted() { insert(dot) }
    }

    package var isEmpty: Bool { entries.isEmpty }

    package subscript(replica: ReplicaID) -> UInt64 {
        let place = place(of: replica)
        return place < entries.endIndex && entries[place].replica == replica ? entries[place].seq : 0
    }

    /// Where the replica's entry is, or belongs. A peer may send thousands of entries.
    private func place(of replica: ReplicaID) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].replica < replica { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package func contains(_ dot: Dot) -> Bool { self[dot.replica] >= dot.seq }

    package mutating func insert(_ dot: Dot) {
        let place = place(of: dot.replica)
        if place < entries.endIndex, entries[place].replica == dot.replica {
            entries[place].seq = max(entries[place].seq, dot.seq)
        } else {
            entries.insert(dot, at: place)
        }
    }

    /// Takes the pointwise maximum. In one pass, as a peer may send vectors of thousands of entries.
    package mutating func join(_ other: VersionVector) {
        if entries == other.entries { return }
        var joined: [Dot] = []
        joined.reserveCapacity(entries.count + other.entries.count)
        var theirs = other.entries[...]
        for mine in entries {
            while let next = theirs.first, next.replica < mine.replica {
                joined.append(next)
                theirs.removeFirst()
            }
            let isShared = theirs.first?.replica == mine.replica
            let seen = isShared ? theirs.removeFirst().seq : 0
            joined.append(Dot(replica: mine.replica, seq: max(mine.seq, seen)))
        }
        entries = joined + theirs
    }

    /// Whether there is a dot in here that `other` has not seen.
    package func exceeds(_ other: VersionVector) -> Bool {
        entries.contains { !other.contains($0) }
    }

    /// Lowers one replica's entry to `seq`, dropping it at 0.
    package mutating func cap(_ replica: ReplicaID, at seq: UInt64) {
        guard let place = entries.firstIndex(where: { $0.replica == replica }), entries[place].seq > seq else {
            return
        }
        if seq == 0 { entries.remove(at: place) } else { entries[place].seq = seq }
    }
}
