/// Merges the changes of `ours` and of `theirs` to `base`: by lines, and where those conflict by words.
///
/// The semantics are those of diff3 (S. Khanna, K. Kunal, B. Pierce, "A Formal Investigation of Diff3",
/// 2007) on lines: a change of one side only is taken, the same change of both is taken once. Lines both
/// changed differently, or changed next to each other, are merged word by word. There both sides' changes
/// are taken even where they touch, unless they overlap, insert at the same place, insert beside what the
/// other deleted, add the same word side by side, or lie between words that the other all changed. Where
/// words fail too, the lines as a whole are a conflict.
///
/// Texts are compared by their UTF-8. Swapping `ours` and `theirs` gives the same clean text, and the
/// same conflicts swapped.
package func mergeTexts(base: String, ours: String, theirs: String) -> MergedText {
    if sameBytes(ours, theirs) || sameBytes(base, theirs) { return MergedText(merged: ours) }
    if sameBytes(base, ours) { return MergedText(merged: theirs) }
    var merger = Merger()
    return merger.mergeLines(Three(base: base, ours: ours, theirs: theirs).map { Array($0.utf8) })
}

private struct Merger {
    private var oursEffort = Effort()
    private var theirsEffort = Effort()

    mutating func mergeLines(_ texts: Three<[UInt8]>) -> MergedText {
        var numbering = Numbering()
        let lines = texts.map { Pieces($0, starts: lineStarts($0), numbering: &numbering) }
        let edits = edits(lines)
        var result = SegmentList()
        var done = 0
        for chunk in chunks(ours: edits.ours, theirs: edits.theirs, collides: { _, _ in true }) {
            result.append(lines.base.bytes(done..<chunk.base.lowerBound))
            resolve(chunk, of: lines, into: &result)
            done = chunk.base.upperBound
        }
        result.append(lines.base.bytes(done..<lines.base.ids.count))
        return result.mergedText
    }

    private mutating func resolve(_ chunk: Chunk, of lines: Three<Pieces>, into result: inout SegmentList) {
        if let agreed = agreed(chunk, of: lines) {
            result.append(agreed)
        } else {
            let sides = bytes(of: chunk, in: lines)
            if let words = mergeWords(sides.map { Array($0) }) {
                result.append(words[...])
            } else {
                result.appendConflict(sides)
            }
        }
    }

    /// The lines of a chunk merged by words, or nil where words conflict too.
    private mutating func mergeWords(_ texts: Three<[UInt8]>) -> [UInt8]? {
        var numbering = Numbering()
        let words = texts.map { Pieces($0, starts: wordStarts($0), numbering: &numbering) }
        let edits = edits(words)
        let rules = WordRules(words: words.map(\.ids), edits: edits, numbering: numbering)
        var output: [UInt8] = []
        var done = 0
        for chunk in chunks(ours: edits.ours, theirs: edits.theirs, collides: rules.collide) {
            guard !rules.isAdrift(chunk), let agreed = agreed(chunk, of: words) else { return nil }
            output += words.base.bytes(done..<chunk.base.lowerBound)
            output += agreed
            done = chunk.base.upperBound
        }
        return output + words.base.bytes(done..<words.base.ids.count)
    }

    private mutating func edits(_ pieces: Three<Pieces>) -> (ours: [Edit], theirs: [Edit]) {
        let base = pieces.base.ids
        return (
            TextMerge.edits(base: base, side: pieces.ours.ids, effort: &oursEffort),
            TextMerge.edits(base: base, side: pieces.theirs.ids, effort: &theirsEffort)
        )
    }
}

/// What a chunk becomes where only one side changed it, or both in the same way.
private func agreed(_ chunk: Chunk, of pieces: Three<Pieces>) -> ArraySlice<UInt8>? {
    switch (chunk.ours, chunk.theirs) {
    case (nil, nil): pieces.base.bytes(chunk.base)
    case (let ours?, nil): pieces.ours.bytes(ours)
    case (nil, let theirs?): pieces.theirs.bytes(theirs)
    case (let ours?, let theirs?):
        pieces.ours.ids[ours] == pieces.theirs.ids[theirs] ? pieces.ours.bytes(ours) : nil
    }
}

private func bytes(of chunk: Chunk, in pieces: Three<Pieces>) -> Three<ArraySlice<UInt8>> {
    let base = pieces.base.bytes(chunk.base)
    return Three(
        base: base,
        ours: chunk.ours.map(pieces.ours.bytes) ?? base,
        theirs: chunk.theirs.map(pieces.theirs.bytes) ?? base
    )
}
