/// A stretch of a text, and whether the other text lacks it.
package struct ComparedText: Sendable, Equatable {
    package var text: String
    package var isChanged: Bool
}

/// What two texts have in common, by word: each is cut into stretches that are in the other too and
/// stretches that are not, which alternate. Put together they are the text.
package func changedWords(old: String, new: String) -> (old: [ComparedText], new: [ComparedText]) {
    let oldBytes = Array(old.utf8)
    let newBytes = Array(new.utf8)
    var numbering = Numbering()
    var effort = Effort()
    let before = Pieces(oldBytes, starts: wordStarts(oldBytes), numbering: &numbering)
    let after = Pieces(newBytes, starts: wordStarts(newBytes), numbering: &numbering)
    let found = edits(base: before.ids, side: after.ids, effort: &effort)
    return (stretches(before, changed: found.map(\.base)), stretches(after, changed: found.map(\.side)))
}

private func stretches(_ pieces: Pieces, changed: [Range<Int>]) -> [ComparedText] {
    var result: [ComparedText] = []
    var done = 0
    func add(_ range: Range<Int>, isChanged: Bool) {
        guard !range.isEmpty else { return }
        result.append(ComparedText(text: String(decoding: pieces.bytes(range), as: UTF8.self), isChanged: isChanged))
    }
    for range in changed {
        add(done..<range.lowerBound, isChanged: false)
        add(range, isChanged: true)
        done = range.upperBound
    }
    add(done..<pieces.all.upperBound, isChanged: false)
    return result
}
