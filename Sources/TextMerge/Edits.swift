/// One change from the base to a side: the pieces of `base` gave way to the pieces of `side`.
struct Edit {
    var base: Range<Int>
    var side: Range<Int>

    var isInsertion: Bool { base.isEmpty }
    var isDeletion: Bool { side.isEmpty }

    /// This change and a later one with all that lies between.
    func joined(to later: Edit) -> Edit {
        Edit(
            base: base.lowerBound..<later.base.upperBound,
            side: side.lowerBound..<later.side.upperBound
        )
    }
}

/// The changes that lead from `base` to `side`, in order, with at least one kept piece between any two.
func edits(base: [Int], side: [Int], effort: inout Effort) -> [Edit] {
    var matcher = Matcher(base: base, side: side, effort: effort)
    matcher.run()
    effort = matcher.effort
    return edits(partners: matcher.partners, sideCount: side.count)
}

private func edits(partners: [Int?], sideCount: Int) -> [Edit] {
    var edits: [Edit] = []
    var next = Edit(base: 0..<0, side: 0..<0)
    func close(_ base: Int, _ side: Int) {
        next = Edit(base: next.base.upperBound..<base, side: next.side.upperBound..<side)
        if !(next.isInsertion && next.isDeletion) { edits.append(next) }
        next = Edit(base: base..<base + 1, side: side..<side + 1)
    }
    for (base, partner) in partners.enumerated() {
        if let partner { close(base, partner) }
    }
    close(partners.count, sideCount)
    return edits
}
