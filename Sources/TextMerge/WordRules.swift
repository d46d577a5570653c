/// When changes of words get in each other's way.
struct WordRules {
    let words: Three<[Int]>
    let numbering: Numbering

    /// Changes of one side with nothing but spaces between them are one: in a sentence written anew the
    /// spaces are all that is left, and they must not hold the other side's words in place.
    func withoutBlankAnchors(_ edits: [Edit]) -> [Edit] {
        var result: [Edit] = []
        for edit in edits {
            if let last = result.last,
                words.base[last.base.upperBound..<edit.base.lowerBound].allSatisfy(numbering.isBlank)
            {
                result[result.count - 1] = last.joined(to: edit)
            } else {
                result.append(edit)
            }
        }
        return result
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
}
