/// Finds which pieces of the base a side kept.
///
/// What the two have in common at their beginnings and ends is matched first. The rest goes to the
/// standard library's `difference(from:)` (E. Myers, "An O(ND) Difference Algorithm and Its Variations",
/// 1986), or where that would take too long is split at the lines that are unique in both (the patience
/// diff of Bram Cohen) and each part treated likewise. What cannot be split counts as changed.
struct Matcher {
    /// A stretch of the base and the stretch of the side to compare it with.
    struct Span {
        var base: Range<Int>
        var side: Range<Int>
    }

    private let base: [Int]
    private let side: [Int]
    /// For each piece of the base, the piece of the side it became.
    private(set) var partners: [Int?]
    private(set) var effort: Effort
    /// A list in place of recursion, since texts can be made which would split very deep.
    private var waiting: [Span]

    init(base: [Int], side: [Int], effort: Effort) {
        self.base = base
        self.side = side
        self.effort = effort
        partners = Array(repeating: nil, count: base.count)
        waiting = [Span(base: 0..<base.count, side: 0..<side.count)]
    }

    mutating func run() {
        while let span = waiting.popLast() {
            match(span)
        }
    }

    private mutating func match(_ whole: Span) {
        let span = matchTail(matchHead(whole))
        let size = span.base.count + span.side.count
        guard !span.base.isEmpty, !span.side.isEmpty, effort.spend(10 * size) else { return }
        let shared = sharedPositions(span)
        let sharedSize = shared.base.count + shared.side.count
        if sharedSize <= Effort.manyPieces, effort.spend(sharedSize * sharedSize) {
            matchByMyers(shared.base, shared.side)
        } else if effort.spend(10 * size) {
            split(span)
        }
    }

    private mutating func matchHead(_ span: Span) -> Span {
        var length = 0
        for (old, new) in zip(base[span.base], side[span.side]) {
            guard old == new else { break }
            partners[span.base.lowerBound + length] = span.side.lowerBound + length
            length += 1
        }
        return Span(base: span.base.dropFirst(length), side: span.side.dropFirst(length))
    }

    private mutating func matchTail(_ span: Span) -> Span {
        var length = 0
        for (old, new) in zip(base[span.base].reversed(), side[span.side].reversed()) {
            guard old == new else { break }
            length += 1
            partners[span.base.upperBound - length] = span.side.upperBound - length
        }
        return Span(base: span.base.dropLast(length), side: span.side.dropLast(length))
    }

    /// The positions of the pieces found in both: the others cannot match, and would only take time.
    private func sharedPositions(_ span: Span) -> (base: [Int], side: [Int]) {
        let inBase = Set(base[span.base])
        let inSide = Set(side[span.side])
        return (
            span.base.filter { inSide.contains(base[$0]) },
            span.side.filter { inBase.contains(side[$0]) }
        )
    }

    private mutating func matchByMyers(_ old: [Int], _ new: [Int]) {
        let difference = new.map { side[$0] }.difference(from: old.map { base[$0] })
        let removed = Set(difference.removals.map(\.offset))
        let inserted = Set(difference.insertions.map(\.offset))
        let keptOld = old.indices.lazy.filter { !removed.contains($0) }
        let keptNew = new.indices.lazy.filter { !inserted.contains($0) }
        for (from, to) in zip(keptOld, keptNew) {
            partners[old[from]] = new[to]
        }
    }

    private mutating func split(_ span: Span) {
        let anchors = uniqueAnchors(base: base[span.base], side: side[span.side])
        var rest = span
        for anchor in anchors {
            partners[anchor.base] = anchor.side
            let before = Span(
                base: rest.base.lowerBound..<anchor.base, side: rest.side.lowerBound..<anchor.side)
            waiting.append(before)
            rest.base = anchor.base + 1..<rest.base.upperBound
            rest.side = anchor.side + 1..<rest.side.upperBound
        }
        if !anchors.isEmpty { waiting.append(rest) }
    }
}

extension CollectionDifference.Change {
    fileprivate var offset: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
