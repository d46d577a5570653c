/// A piece of the base and the piece of the side it is matched with.
struct Anchor {
    let base: Int
    let side: Int
}

/// The longest row of pieces which are unique on either side and stand in the same order on both: the
/// anchors of Bram Cohen's patience diff.
func uniqueAnchors(base: ArraySlice<Int>, side: ArraySlice<Int>) -> [Anchor] {
    let sidePositions = uniquePositions(side)
    let candidates = uniquePositions(base).compactMap { id, position in
        sidePositions[id].map { Anchor(base: position, side: $0) }
    }
    return longestRising(candidates.sorted { $0.base < $1.base })
}

private func uniquePositions(_ ids: ArraySlice<Int>) -> [Int: Int] {
    var positions: [Int: Int?] = [:]
    for (position, id) in zip(ids.indices, ids) {
        positions.updateValue(positions.keys.contains(id) ? nil : position, forKey: id)
    }
    return positions.compactMapValues { $0 }
}

/// The longest part of `anchors`, which rise on the base, that rises on the side too: each is dealt onto
/// the first pile whose top is not below it, and remembers the top of the pile before.
private func longestRising(_ anchors: [Anchor]) -> [Anchor] {
    var tops: [Int] = []
    var before: [Int?] = []
    for (index, anchor) in anchors.enumerated() {
        let pile = firstPile(tops) { anchors[$0].side >= anchor.side }
        before.append(pile > 0 ? tops[pile - 1] : nil)
        if pile == tops.count { tops.append(index) } else { tops[pile] = index }
    }
    var row: [Anchor] = []
    var next = tops.last
    while let index = next {
        row.append(anchors[index])
        next = before[index]
    }
    return row.reversed()
}

/// The first pile whose top fits, where all after it fit too; found by halving.
private func firstPile(_ tops: [Int], where fits: (Int) -> Bool) -> Int {
    var candidates = 0...tops.count
    while candidates.count > 1 {
        let middle = (candidates.lowerBound + candidates.upperBound) / 2
        candidates =
            fits(tops[middle]) ? candidates.lowerBound...middle : middle + 1...candidates.upperBound
    }
    return candidates.lowerBound
}
