internal import Changesets

/// A transaction as the simulation knows it: two copies of a replica seal different ones under one
/// dot, and here they differ by the incarnation that sealed them.
struct TrueDot: Hashable {
    var dot: Dot
    var incarnation: Int

    /// What a vector says of a replica where its owner took back what came after, with a new id: no transaction.
    static func cap(_ dot: Dot) -> TrueDot { TrueDot(dot: dot, incarnation: -2) }
    var isCap: Bool { incarnation == -2 }
}

struct TrueStamp: Hashable {
    var time: Int64
    var dot: TrueDot

    /// By time, then the replica's bytes, then seq. Equal where a replica can't tell them apart.
    func precedes(_ other: TrueStamp) -> Bool {
        if time != other.time { return time < other.time }
        let (mine, theirs) = (dot.dot.replica.bytes, other.dot.dot.replica.bytes)
        if mine != theirs { return mine.lexicographicallyPrecedes(theirs) }
        return dot.dot.seq < other.dot.dot.seq
    }

    func isAlike(_ other: TrueStamp) -> Bool { time == other.time && dot.dot == other.dot.dot }
}

/// A row's state without any shortcut: the very transactions that edited and deleted it, and each
/// column's value with its stamp. Independent of the product's vectors and its join.
struct ReferenceRow: Equatable {
    struct Cell: Equatable {
        var value: Value
        var stamp: TrueStamp?
    }

    var edits: Set<TrueDot> = []
    var deletes: Set<TrueDot> = []
    var deletion: TrueStamp?
    var cells: [Cell] = []

    /// Of every stamp in it.
    var latestTime: Int64 { (cells.map(\.stamp) + [deletion]).compactMap { $0?.time }.max() ?? 0 }

    var isAlive: Bool { edits.isEmpty && deletes.isEmpty || !edits.allSatisfy(isDeleted) }

    private func isDeleted(_ edit: TrueDot) -> Bool {
        if !edit.isCap { return deletes.contains(edit) }
        return deletes.contains { $0.dot.replica == edit.dot.replica && $0.dot.seq >= edit.dot.seq }
    }

    var dots: Set<TrueDot> { edits.union(deletes) }
    /// Whether a replica could not tell the two apart.
    func isAlike(_ other: ReferenceRow) -> Bool {
        let areStampsAlike = { (a: TrueStamp?, b: TrueStamp?) in
            a.map { mine in b.map(mine.isAlike) ?? false } ?? (b == nil)
        }
        return Self.vector(edits) == Self.vector(other.edits) && Self.vector(deletes) == Self.vector(other.deletes)
            && areStampsAlike(deletion, other.deletion)
            && zip(cells, other.cells).allSatisfy {
                $0.value == $1.value && areStampsAlike($0.stamp, $1.stamp)
            }
    }

    func hasSeen(_ dot: TrueDot) -> Bool { edits.contains(dot) || deletes.contains(dot) }
}

/// A value or a delete that a join let go although its winner's writer had not seen it.
struct ReferenceLoss: Hashable {
    var row: Key
    var column: String
    var stamp: TrueStamp
    var value: Value
    /// The transactions that the winner's writer had seen.
    var seen: Set<TrueDot>
}

extension ReferenceRow {
    /// The highest seq of each replica: what a vector of these transactions says.
    static func vector(_ dots: Set<TrueDot>) -> [ReplicaID: UInt64] {
        dots.reduce(into: [:]) { $0[$1.dot.replica] = max($0[$1.dot.replica] ?? 0, $1.dot.seq) }
    }

    /// Nil where the stored row says the same, and else what it says differently.
    func difference(from stored: StoredRow) -> String? {
        let clock = stored.clock
        if Self.vector(edits) != clock.edits.seqs { return "E is \(clock.edits.seqs.shown), not \(edits.shown)" }
        if Self.vector(deletes) != clock.deletes.seqs {
            return "D is \(clock.deletes.seqs.shown), not \(deletes.shown)"
        }
        if isAlive != clock.isAlive {
            return "it is \(clock.isAlive ? "alive" : "dead") by its clock, and should not be"
        }
        if stored.isPresent != isAlive { return "it lies among the \(stored.isPresent ? "living" : "deleted")" }
        if !alike(deletion, clock.deletion) { return "its deletion is \(clock.deletion.shown), not \(deletion.shown)" }
        for (place, cell) in cells.enumerated() {
            if stored.values[place] != cell.value {
                return "column \(place) is \(stored.values[place].shown), not \(cell.value.shown)"
            }
            if !alike(cell.stamp, clock.columns[place]) {
                return "column \(place) is stamped \(clock.columns[place].shown), not \(cell.stamp.shown)"
            }
        }
        return nil
    }

    private func alike(_ mine: TrueStamp?, _ theirs: Stamp?) -> Bool {
        guard let mine, let theirs else { return mine == nil && theirs == nil }
        return mine.time == theirs.time.rawValue && mine.dot.dot == theirs.dot
    }
}

extension VersionVector {
    var seqs: [ReplicaID: UInt64] { Dictionary(uniqueKeysWithValues: entries.map { ($0.replica, $0.seq) }) }
}
