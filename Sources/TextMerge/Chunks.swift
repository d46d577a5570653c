/// A stretch of the base which at least one side changed, and what it became on each side: nil where the
/// side left it alone.
struct Chunk {
    let base: Range<Int>
    let ours: Range<Int>?
    let theirs: Range<Int>?
}

/// Changes that cannot be told apart: each collides with one of the other side's.
private struct Group {
    private var base: Range<Int>
    private var ours: [Edit] = []
    private var theirs: [Edit] = []

    init(_ edit: Edit, isOurs: Bool) {
        base = edit.base
        add(edit, isOurs: isOurs)
    }

    mutating func add(_ edit: Edit, isOurs: Bool) {
        base = base.lowerBound..<max(base.upperBound, edit.base.upperBound)
        if isOurs { ours.append(edit) } else { theirs.append(edit) }
    }

    /// The other side's last change, where `edit` overlaps or touches it.
    func reached(by edit: Edit, isOurs: Bool) -> Edit? {
        guard let other = isOurs ? theirs.last : ours.last else { return nil }
        return edit.base.lowerBound <= other.base.upperBound ? other : nil
    }

    var chunk: Chunk {
        Chunk(base: base, ours: outcome(ours), theirs: outcome(theirs))
    }

    /// What the whole stretch became on a side, kept pieces around its changes included.
    private func outcome(_ edits: [Edit]) -> Range<Int>? {
        guard let first = edits.first, let last = edits.last else { return nil }
        let before = first.base.lowerBound - base.lowerBound
        let after = base.upperBound - last.base.upperBound
        return first.side.lowerBound - before..<last.side.upperBound + after
    }
}

/// The chunks of diff3 (S. Khanna, K. Kunal, B. Pierce, "A Formal Investigation of Diff3", 2007): the
/// changes of both sides in the order of the base, where those that overlap make one chunk.
///
/// `collides` decides on an edit of ours and an edit of theirs that touch without overlapping.
func chunks(ours: [Edit], theirs: [Edit], collides: (_ ours: Edit, _ theirs: Edit) -> Bool) -> [Chunk] {
    var groups: [Group] = []
    for (edit, isOurs) in inOrder(ours: ours, theirs: theirs) {
        if let other = groups.last?.reached(by: edit, isOurs: isOurs),
            overlap(edit, other) || (isOurs ? collides(edit, other) : collides(other, edit))
        {
            groups[groups.count - 1].add(edit, isOurs: isOurs)
        } else {
            groups.append(Group(edit, isOurs: isOurs))
        }
    }
    return groups.map(\.chunk)
}

/// Two insertions at one place overlap too: nothing says which is to come first.
private func overlap(_ edit: Edit, _ earlier: Edit) -> Bool {
    edit.base.lowerBound < earlier.base.upperBound || (edit.isInsertion && earlier.base == edit.base)
}

/// The changes of both sides by place, an insertion before a change of what follows it.
private func inOrder(ours: [Edit], theirs: [Edit]) -> [(edit: Edit, isOurs: Bool)] {
    let both = ours.map { (edit: $0, isOurs: true) } + theirs.map { (edit: $0, isOurs: false) }
    return both.sorted { one, other in
        let (one, other) = (one.edit.base, other.edit.base)
        return (one.lowerBound, one.upperBound) < (other.lowerBound, other.upperBound)
    }
}
