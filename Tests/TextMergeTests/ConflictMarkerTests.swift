import Testing
import TextMerge

@Suite struct ConflictMarkerTests {
    @Test func conflictsAreMarkedLikeGit() {
        let merge = mergeTexts(base: "a\nb\nc\n", ours: "a\nX\nc\n", theirs: "a\nY\nc\n")
        let expected = """
            a
            <<<<<<< here
            X
            ||||||| before
            b
            =======
            Y
            >>>>>>> there
            c

            """
        #expect(merge.marked(ours: "here", base: "before", theirs: "there") == expected)
    }

    @Test func sidesWithoutFinalNewlineGetOne() {
        let merge = mergeTexts(base: "", ours: "X", theirs: "Y")
        let expected = "<<<<<<< o\nX\n||||||| b\n=======\nY\n>>>>>>> t\n"
        #expect(merge.marked(ours: "o", base: "b", theirs: "t") == expected)
    }

    @Test func markersStartALineAfterAnyText() {
        let merge = MergedText(segments: [.merged("no end"), .conflict(base: "b", ours: "", theirs: "\r\n")])
        let expected = "no end\n<<<<<<< o\n||||||| b\nb\n=======\n\r\n>>>>>>> t\n"
        #expect(Array(merge.marked(ours: "o", base: "b", theirs: "t").utf8) == Array(expected.utf8))
    }

    @Test func labelsStayOnTheirLine() {
        let merge = mergeTexts(base: "", ours: "X\n", theirs: "Y\n")
        let expected = "<<<<<<< a b\nX\n|||||||\n=======\nY\n>>>>>>> c  d\n"
        #expect(merge.marked(ours: "a\nb", base: "", theirs: "c\r\nd") == expected)
    }

    @Test func aCleanMergeHasNoMarkers() {
        let merge = mergeTexts(base: "a b", ours: "A b", theirs: "a B")
        #expect(merge.marked(ours: "o", base: "b", theirs: "t") == "A B")
    }

    @Test(arguments: [
        "<<<<<<< ours", "<<<<<<<", "a\n||||||| base\n", "a\n=======\nb", "a\r\n=======\r\nb", "x\n>>>>>>> t",
        ">>>>>>>\r\n",
    ])
    func finds(_ text: String) {
        #expect(MergedText.containsMarkers(text))
    }

    @Test(arguments: [
        "", "\n", "<<<<<<", "<<<<<<<<", " <<<<<<< ours", "a <<<<<<< b", "======", "========", "======= x", "<<<<<<<x",
        "|a|b|",
    ])
    func findsNone(_ text: String) {
        #expect(!MergedText.containsMarkers(text))
    }

    @Test(arguments: 0..<300)
    func markersComeAndGoWithConflicts(seed: Int) {
        var texts = RandomTexts(seed: seed)
        let base = texts.text(maxLines: 6)
        let merge = mergeTexts(base: base, ours: texts.edited(base, times: 3), theirs: texts.edited(base, times: 3))
        let marked = merge.marked(ours: "o", base: "b", theirs: "t")
        #expect(MergedText.containsMarkers(marked) == !merge.isClean)
        #expect(read(marked).elementsEqual(withFinalNewlines(merge), by: ==))
    }
}

/// Reads a marked text back, as a person resolving it would.
private func read(_ marked: String) -> [MergedText.Segment] {
    var parts = [""]
    var segments: [MergedText.Segment] = []
    for line in lines(marked) {
        switch line {
        case "<<<<<<< o\n":
            segments.append(.merged(parts.joined()))
            parts = [""]
        case "||||||| b\n", "=======\n": parts.append("")
        case ">>>>>>> t\n":
            segments.append(.conflict(base: parts[1], ours: parts[0], theirs: parts[2]))
            parts = [""]
        default: parts[parts.count - 1] += line
        }
    }
    return (segments + [.merged(parts.joined())]).filter { $0 != .merged("") }
}

private func lines(_ text: String) -> [String] {
    var lines: [[UInt8]] = [[]]
    for byte in text.utf8 {
        lines[lines.count - 1].append(byte)
        if byte == UInt8(ascii: "\n") { lines.append([]) }
    }
    return lines.map { String(decoding: $0, as: UTF8.self) }
}

private func withFinalNewlines(_ merge: MergedText) -> [MergedText.Segment] {
    func ended(_ text: String) -> String {
        text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    }
    return merge.segments.map { segment in
        guard case .conflict(let base, let ours, let theirs) = segment else { return segment }
        return .conflict(base: ended(base), ours: ended(ours), theirs: ended(theirs))
    }
}
