import Foundation
import Testing
import TextMerge

@Suite struct UnifiedDiffTests {
    private func diff(_ old: String, _ new: String, context: Int = 3) -> String {
        unifiedDiff(old: old, new: new, oldLabel: "old", newLabel: "new", context: context)
    }

    @Test func equalTextsHaveNone() {
        #expect(diff("", "").isEmpty)
        #expect(diff("a", "a").isEmpty)
    }

    @Test func aChangedLine() {
        let expected = "--- old\n+++ new\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
        #expect(diff("a\nb\nc\n", "a\nB\nc\n") == expected)
    }

    @Test func fromAndToNothing() {
        #expect(diff("", "a\n") == "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n")
        #expect(diff("a\nb\n", "") == "--- old\n+++ new\n@@ -1,2 +0,0 @@\n-a\n-b\n")
    }

    @Test func noFinalNewline() {
        let missing = "\\ No newline at end of file\n"
        #expect(diff("a", "a\n") == "--- old\n+++ new\n@@ -1 +1 @@\n-a\n\(missing)+a\n")
        #expect(diff("a\nb", "A\nb") == "--- old\n+++ new\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n\(missing)")
    }

    @Test func bytesAreCompared() {
        #expect(Array(diff("é", "e\u{301}").utf8).count > 0)
        #expect(Array(diff("a\r\n", "a\n").utf8) == Array("--- old\n+++ new\n@@ -1 +1 @@\n-a\r\n+a\n".utf8))
    }

    @Test func anyContextAndLabel() {
        #expect(diff("a\nb\n", "a\nB\n", context: -1) == "--- old\n+++ new\n@@ -2 +2 @@\n-b\n+B\n")
        #expect(diff("a\nb\n", "a\nB\n", context: .max) == "--- old\n+++ new\n@@ -1,2 +1,2 @@\n a\n-b\n+B\n")
        let labelled = unifiedDiff(old: "", new: "a\n", oldLabel: "x\ny", newLabel: "")
        #expect(labelled == "--- x y\n+++ \n@@ -0,0 +1 @@\n+a\n")
    }
}

/// Compared with GNU diff and patch, where they are installed.
@Suite(.serialized, .enabled(if: Program.diff.isInstalled && Program.patch.isInstalled))
struct DiffProgramTests {
    /// Lines that are all different leave no choice of which to keep, so that the output must be the same.
    @Test(arguments: 0..<60)
    func sameOutputForUnrepeatedLines(seed: Int) throws {
        var texts = RandomTexts(seed: seed)
        let (old, new) = distinctLines(&texts)
        let context = texts.number(below: 5)
        let found = unifiedDiff(old: old, new: new, oldLabel: "old", newLabel: "new", context: context)
        let arguments = ["--label", "old", "--label", "new", "-U", "\(context)"]
        let expected = try Folder.with(["old": old, "new": new]) { folder in
            try Program.diff.run(arguments + ["old", "new"], in: folder)
        }
        #expect(Array(found.utf8) == expected)
    }

    /// Where lines repeat there are several shortest differences: it must be one of them, and lead to the
    /// new text.
    @Test(arguments: 0..<100)
    func asShortForAnyLinesAndApplies(seed: Int) throws {
        var texts = RandomTexts(seed: seed)
        let old = texts.text(maxLines: 30)
        let new = texts.edited(old, times: 8)
        let found = unifiedDiff(old: old, new: new, oldLabel: "old", newLabel: "new")
        try Folder.with(["old": old, "new": new, "found": found]) { folder in
            let shortest = try Program.diff.run(["-d", "-a", "-u", "old", "new"], in: folder)
            #expect(changedLines(Array(found.utf8)) == changedLines(shortest))
            guard !found.isEmpty else { return }
            _ = try Program.patch.run(["--binary", "-s", "-o", "patched", "old", "found"], in: folder)
            #expect(try Data(contentsOf: folder.appending(path: "patched")) == Data(new.utf8))
        }
    }

    private func distinctLines(_ texts: inout RandomTexts) -> (old: String, new: String) {
        var (old, new) = ("", "")
        for line in 0..<texts.number(below: 60) {
            let ending = texts.number(below: 4) == 0 ? "\r\n" : "\n"
            let kind = texts.number(below: 12)
            if kind != 0 { old += "line \(line)\(ending)" }
            if kind != 1 { new += kind == 2 ? "changed \(line)\n" : "line \(line)\(ending)" }
            if kind == 3 { new += "added \(line)\n" }
        }
        if texts.number(below: 3) == 0 { old += "end" }
        if texts.number(below: 3) == 0 { new += "end" }
        return (old, new)
    }

    private func changedLines(_ diff: [UInt8]) -> Int {
        diff.split(separator: UInt8(ascii: "\n")).count {
            $0.first == UInt8(ascii: "+") || $0.first == UInt8(ascii: "-")
        }
    }
}
