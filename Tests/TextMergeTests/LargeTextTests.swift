import Testing
import TextMerge

/// Bodies of the largest size, which must neither take all memory nor minutes.
@Suite(.serialized) struct LargeTextTests {
    private static let size = 90_000

    private func text(_ line: (Int) -> String) -> String {
        (0..<Self.size).map(line).joined()
    }

    @Test func entirelyDifferent() {
        let base = text { "base \($0)\n" }
        let ours = text { "ours \($0)\n" }
        let theirs = text { "theirs \($0)\n" }
        let merge = mergeTexts(base: base, ours: ours, theirs: theirs)
        #expect(merge.segments == [.conflict(base: base, ours: ours, theirs: theirs)])
    }

    @Test func editedAllOver() {
        let base = text { "line \($0)\n" }
        let ours = text { $0 % 10 == 0 ? "ours \($0)\n" : "line \($0)\n" }
        let theirs = text { $0 % 10 == 5 ? "line \($0) theirs\n" : "line \($0)\n" }
        let expected = text {
            switch $0 % 10 {
            case 0: "ours \($0)\n"
            case 5: "line \($0) theirs\n"
            default: "line \($0)\n"
            }
        }
        let merge = mergeTexts(base: base, ours: ours, theirs: theirs)
        #expect(merge.text == expected)
    }

    @Test func conflictsAllOver() {
        let base = text { "line \($0)\n" }
        let ours = text { $0 % 10 == 0 ? "ours \($0)\n" : "line \($0)\n" }
        let theirs = text { $0 % 10 == 0 ? "theirs \($0)\n" : "line \($0)\n" }
        #expect(mergeTexts(base: base, ours: ours, theirs: theirs).conflictCount == Self.size / 10)
    }

    @Test func theSameFewLinesInDisorder() {
        var texts = RandomTexts(seed: 1)
        let sides = (0..<3).map { _ in text { _ in "line \(texts.number(below: 50))\n" } }
        let merge = mergeTexts(base: sides[0], ours: sides[1], theirs: sides[2])
        #expect(!merge.isClean)
    }

    @Test func theSameLinesShuffled() {
        var generator = SeededGenerator(seed: 2)
        let lines = (0..<Self.size).map { "line \($0)\n" }
        let sides = (0..<2).map { _ in lines.shuffled(using: &generator).joined() }
        let merge = mergeTexts(base: lines.joined(), ours: sides[0], theirs: sides[1])
        #expect(!merge.isClean)
    }

    @Test func blocksOfRepeatedLines() {
        func blocks(_ line: (Int) -> String) -> String {
            text { $0 % 1_500 == 0 ? "block \($0)\n" : line($0) }
        }
        var texts = RandomTexts(seed: 3)
        let sides = (0..<3).map { _ in blocks { _ in "\(texts.number(below: 700))\n" } }
        let merge = mergeTexts(base: sides[0], ours: sides[1], theirs: sides[2])
        #expect(!merge.isClean)
    }

    @Test func oneLongLine() {
        let words = (0..<170_000).map { "w\($0 % 5_000)" }
        func line(_ first: String, _ last: String) -> String {
            ([first] + words + [last]).joined(separator: " ")
        }
        let merge = mergeTexts(base: line("a", "z"), ours: line("A", "z"), theirs: line("a", "Z"))
        #expect(merge.text == line("A", "Z"))
    }

    @Test func oneCharacterWithAMillionMarks() {
        func marks(_ first: String) -> String { first + String(repeating: "\u{301}", count: 500_000) }
        let merge = mergeTexts(base: marks("a"), ours: marks("b"), theirs: marks("c"))
        #expect(merge.conflictCount == 1)
    }

    @Test func differenceOfLargeTexts() {
        let (old, new) = (text { "old \($0)\n" }, text { "new \($0)\n" })
        let diff = unifiedDiff(old: old, new: new, oldLabel: "a", newLabel: "b")
        #expect(diff.utf8.starts(with: "--- a\n+++ b\n@@ -1,90000 +1,90000 @@\n-old 0\n".utf8))
    }
}
