/// When changes of words get in each other's way.
struct WordRules {
    private let words: Three<[Int]>
    private let numbering: Numbering
    /// The spaces each side kept with changes of its own right before and right after.
    private let oursLoneBlanks: Set<Int>
    private let theirsLoneBlanks: Set<Int>

    init(words: Three<[Int]>, edits: (ours: [Edit], theirs: [Edit]), numbering: Numbering) {
        self.words = words
        self.numbering = numbering
        oursLoneBlanks = loneBlanks(between: edits.ours) { numbering.isBlank(words.base[$0]) }
        theirsLoneBlanks = loneBlanks(between: edits.theirs) { numbering.isBlank(words.base[$0]) }
    }

    /// Whether two changes that touch exclude each other.
    func collide(ours: Edit, theirs: Edit) -> Bool {
        isInserted(ours, besideLost: theirs) || isInserted(theirs, besideLost: ours) || addSameWord(ours, theirs)
    }

    /// An insertion beside words the other side deleted, or beside a line it took away, lost its context:
    /// "very " before a deleted "good\n" would end up before whatever follows.
    private func isInserted(_ edit: Edit, besideLost other: Edit) -> Bool {
        edit.isInsertion && (other.isDeletion || words.base[other.base].contains(where: numbering.endsLine))
    }

    /// "cat" made "dog food" here and "cat food" there would otherwise become "dog food food".
    private func addSameWord(_ ours: Edit, _ theirs: Edit) -> Bool {
        !Set(words.ours[ours.side]).isDisjoint(with: words.theirs[theirs.side])
    }

    /// Whether one side's change is held in place by nothing but a space the other kept by chance: in a
    /// sentence written anew the spaces are all that is left.
    func isAdrift(_ chunk: Chunk) -> Bool {
        switch (chunk.ours, chunk.theirs) {
        case (_?, nil): isNear(chunk.base, theirsLoneBlanks)
        case (nil, _?): isNear(chunk.base, oursLoneBlanks)
        default: false
        }
    }

    private func isNear(_ base: Range<Int>, _ blanks: Set<Int>) -> Bool {
        blanks.contains(base.lowerBound) || (base.isEmpty && blanks.contains(base.lowerBound - 1))
    }
}

private func loneBlanks(between edits: [Edit], where isBlank: (Int) -> Bool) -> Set<Int> {
    var blanks: Set<Int> = []
    for (edit, next) in zip(edits, edits.dropFirst()) {
        let kept = edit.base.upperBound..<next.base.lowerBound
        if kept.allSatisfy(isBlank) { blanks.formUnion(kept) }
    }
    return blanks
}
