/// The difference of two texts as `diff -u` prints it, or nothing where they are the same.
///
/// Each hunk has up to `context` unchanged lines before and after its changes. A last line without a
/// newline is followed by "\ No newline at end of file". Lines are compared by their UTF-8, carriage
/// returns included; the labels follow `---` and `+++`, on one line each.
package func unifiedDiff(
    old: String, new: String, oldLabel: String, newLabel: String, context: Int = 3
) -> String {
    if sameBytes(old, new) { return "" }
    var diff = UnifiedDiff(old: Array(old.utf8), new: Array(new.utf8), context: context)
    diff.printHeader(oldLabel: oldLabel, newLabel: newLabel)
    diff.printHunks()
    return String(decoding: diff.output, as: UTF8.self)
}

private struct UnifiedDiff {
    private let old: Pieces
    private let new: Pieces
    private let edits: [Edit]
    private let context: Int
    private(set) var output: [UInt8] = []

    init(old: [UInt8], new: [UInt8], context: Int) {
        var numbering = Numbering()
        var effort = Effort()
        self.old = Pieces(old, starts: lineStarts(old), numbering: &numbering)
        self.new = Pieces(new, starts: lineStarts(new), numbering: &numbering)
        edits = TextMerge.edits(base: self.old.ids, side: self.new.ids, effort: &effort)
        // More than all lines is no more than all lines, and cannot overflow.
        self.context = min(max(0, context), self.old.ids.count)
    }

    mutating func printHeader(oldLabel: String, newLabel: String) {
        output += Array("--- ".utf8) + onOneLine(oldLabel) + Array("\n+++ ".utf8) + onOneLine(newLabel)
        output += Array("\n".utf8)
    }

    mutating func printHunks() {
        for hunk in hunks() {
            guard let first = hunk.first, let last = hunk.last else { continue }
            printHunk(hunk, over: first.joined(to: last))
        }
    }

    private mutating func printHunk(_ edits: ArraySlice<Edit>, over whole: Edit) {
        let before = min(context, whole.base.lowerBound)
        let after = min(context, old.ids.count - whole.base.upperBound)
        printRanges(whole, before: before, after: after)
        var done = whole.base.lowerBound - before
        for edit in edits {
            printLines(old, done..<edit.base.lowerBound, mark: " ")
            printLines(old, edit.base, mark: "-")
            printLines(new, edit.side, mark: "+")
            done = edit.base.upperBound
        }
        printLines(old, done..<done + after, mark: " ")
    }

    /// Changes whose context meets or overlaps share a hunk.
    private func hunks() -> [ArraySlice<Edit>] {
        var hunks: [ArraySlice<Edit>] = []
        var start = 0
        for index in edits.indices {
            let isLast = index + 1 == edits.count
            if isLast || edits[index + 1].base.lowerBound - edits[index].base.upperBound > 2 * context {
                hunks.append(edits[start...index])
                start = index + 1
            }
        }
        return hunks
    }

    private mutating func printRanges(_ edit: Edit, before: Int, after: Int) {
        func range(_ lines: Range<Int>) -> String {
            let count = lines.count + before + after
            // An empty range is named by the line before it, and a count of one is left out.
            let start = lines.lowerBound - before + (count == 0 ? 0 : 1)
            return count == 1 ? "\(start)" : "\(start),\(count)"
        }
        output += "@@ -\(range(edit.base)) +\(range(edit.side)) @@\n".utf8
    }

    private mutating func printLines(_ lines: Pieces, _ range: Range<Int>, mark: Unicode.Scalar) {
        for index in range {
            let line = lines.bytes(index..<index + 1)
            output.append(UInt8(ascii: mark))
            output += line
            if line.last != UInt8(ascii: "\n") { output += "\n\\ No newline at end of file\n".utf8 }
        }
    }
}
