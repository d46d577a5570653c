import Testing
import TextMerge

@Suite struct MergeTextsTests {
    @Test(arguments: lineCases + lineEndCases + wordCases)
    func merges(_ example: MergeCase) {
        let merge = mergeTexts(base: example.base, ours: example.ours, theirs: example.theirs)
        #expect(merge.text.map { Array($0.utf8) } == example.expected.map { Array($0.utf8) })
        #expect(merge.isClean == (example.expected != nil))
        expectSymmetry(example.base, example.ours, example.theirs)
    }

    @Test func conflictsAreWholeLines() {
        let merge = mergeTexts(base: "a\nthe cat\nb\n", ours: "a\nthe dog\nb\n", theirs: "a\nthe cow\nB\n")
        let expected: [MergedText.Segment] = [
            .merged("a\n"), .conflict(base: "the cat\nb\n", ours: "the dog\nb\n", theirs: "the cow\nB\n"),
        ]
        #expect(merge.segments == expected)
        #expect(merge.conflictCount == 1)
        #expect(merge.text == nil)
    }

    @Test func cleanPartsAroundConflictsAreMerged() {
        let merge = mergeTexts(
            base: "a\n1\nb\n2\nc\n3\n", ours: "x\n1\nB\n2\nc\n3\n", theirs: "y\n1\nb\n2\nz\n3\n")
        let expected: [MergedText.Segment] = [
            .conflict(base: "a\n", ours: "x\n", theirs: "y\n"), .merged("1\nB\n2\nz\n3\n"),
        ]
        #expect(merge.segments == expected)
    }

    @Test func equalityIsOfBytes() {
        #expect(MergedText(segments: [.merged("é")]) != MergedText(segments: [.merged("e\u{301}")]))
        #expect(MergedText(segments: [.merged("é")]) == MergedText(segments: [.merged("é")]))
    }

    @Test(arguments: 0..<3_000)
    func swappingTheSidesChangesNothing(seed: Int) {
        var texts = RandomTexts(seed: seed)
        let base = texts.text(maxLines: 8)
        expectSymmetry(base, texts.edited(base, times: 3), texts.edited(base, times: 3))
    }

    @Test(arguments: 0..<300)
    func unrelatedTextsAreSymmetricToo(seed: Int) {
        var texts = RandomTexts(seed: seed)
        expectSymmetry(texts.text(maxLines: 6), texts.text(maxLines: 6), texts.text(maxLines: 6))
    }

    @Test(arguments: 0..<500)
    func oneSidedChangesAreTaken(seed: Int) {
        var texts = RandomTexts(seed: seed)
        let base = texts.text(maxLines: 8)
        let other = texts.edited(base, times: 4)
        for merge in [
            mergeTexts(base: base, ours: other, theirs: base), mergeTexts(base: base, ours: base, theirs: other),
            mergeTexts(base: base, ours: other, theirs: other),
        ] {
            #expect(merge == MergedText(segments: other.isEmpty ? [] : [.merged(other)]))
        }
    }

    /// A merge with both sides' other lines kept apart finds the same as each side's own change.
    @Test(arguments: 0..<500)
    func changesFarApartAreBothTaken(seed: Int) {
        var texts = RandomTexts(seed: seed)
        let (head, tail) = (texts.text(maxLines: 5), texts.text(maxLines: 5))
        let (newHead, newTail) = (texts.edited(head, times: 3), texts.edited(tail, times: 3))
        let middle = "\n--- the one line nobody changes ---\n"
        let merge = mergeTexts(
            base: head + middle + tail, ours: newHead + middle + tail, theirs: head + middle + newTail)
        #expect(merge == MergedText(segments: [.merged(newHead + middle + newTail)]))
    }

    /// What a conflict says about a side, put together, is that side where the other changed nothing else.
    @Test(arguments: 0..<500)
    func conflictsLoseNothing(seed: Int) {
        var texts = RandomTexts(seed: seed)
        let base = texts.text(maxLines: 6)
        let merge = mergeTexts(base: base, ours: "ours " + base, theirs: "theirs " + base)
        guard merge.conflictCount == 1 else {
            Issue.record("\(merge.conflictCount) conflicts")
            return
        }
        #expect(Array(side(merge, \.0).utf8) == Array(base.utf8))
        #expect(Array(side(merge, \.1).utf8) == Array(("ours " + base).utf8))
        #expect(Array(side(merge, \.2).utf8) == Array(("theirs " + base).utf8))
    }
}

private func side(_ merge: MergedText, _ part: KeyPath<(String, String, String), String>) -> String {
    merge.segments.reduce(into: "") { whole, segment in
        switch segment {
        case .merged(let text): whole += text
        case .conflict(let base, let ours, let theirs): whole += (base, ours, theirs)[keyPath: part]
        }
    }
}

/// Merges with the sides swapped, and expects the same clean text, or the same conflicts swapped.
func expectSymmetry(_ base: String, _ ours: String, _ theirs: String) {
    let merge = mergeTexts(base: base, ours: ours, theirs: theirs)
    let swapped = mergeTexts(base: base, ours: theirs, theirs: ours)
    let swappedBack = swapped.segments.map { segment in
        if case .conflict(let base, let ours, let theirs) = segment {
            MergedText.Segment.conflict(base: base, ours: theirs, theirs: ours)
        } else {
            segment
        }
    }
    #expect(merge.segments == swappedBack)
}
