import TextMerge

/// A unified diff for a terminal: in colour, with the words that differ standing out.
struct DiffText {
    private var lines: [String] = []
    private var removed: [Substring] = []
    private var added: [Substring] = []
    /// Lines that the hunk still has: past them a line is no content, whatever it looks like.
    private var rest = (old: 0, new: 0)

    static func coloured(_ diff: String) -> [String] {
        var text = DiffText()
        for line in diff.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { text.read(line) }
        text.flush()
        return text.lines
    }

    private mutating func read(_ line: Substring) {
        switch line.unicodeScalars.first {
        case "-" where rest.old > 0:
            if !added.isEmpty { flush() }
            removed.append(line)
            rest.old -= 1
        case "+" where rest.new > 0:
            added.append(line)
            rest.new -= 1
        case " " where rest.old > 0:
            flush()
            lines.append(TextWidth.printable(String(line)))
            rest = (rest.old - 1, rest.new - 1)
        case "\\": remark(line)
        case "@": hunk(line)
        default:
            flush()
            lines.append(Style.bold(TextWidth.printable(String(line))))
        }
    }

    /// That a last line has no end: it belongs to the line above.
    private mutating func remark(_ line: Substring) {
        if !added.isEmpty {
            added.append(line)
        } else if !removed.isEmpty {
            removed.append(line)
        } else {
            lines.append(Style.dim(String(line)))
        }
    }

    /// Such as `@@ -1,3 +1,4 @@`; a count of one is left out.
    private mutating func hunk(_ line: Substring) {
        flush()
        let counts = line.split(separator: " ").dropFirst().prefix(2).map { range in
            range.split(separator: ",").dropFirst().first.flatMap { Int($0) } ?? 1
        }
        rest = (counts.first ?? 0, counts.last ?? 0)
        lines.append(Style.cyan(String(line)))
    }

    private mutating func flush() {
        defer { (removed, added) = ([], []) }
        guard !removed.isEmpty, !added.isEmpty else {
            lines += removed.map { Style.red(TextWidth.printable(String($0))) }
            lines += added.map { Style.green(TextWidth.printable(String($0))) }
            return
        }
        let words = changedWords(old: Self.content(removed), new: Self.content(added))
        lines += Self.marked(words.old, "-", .red, .redReversed)
        lines += Self.marked(words.new, "+", .green, .greenReversed)
    }

    private static func content(_ lines: [Substring]) -> String {
        lines.filter { !$0.hasPrefix("\\") }.map { String($0.dropFirst()) }.joined(separator: "\n")
    }

    /// What differs stands out in reverse; where nothing is shared, all of it would, and none does.
    private static func marked(
        _ parts: [ComparedText], _ mark: String, _ style: Style, _ emphasis: Style
    ) -> [String] {
        let isRewritten = !parts.contains { !$0.isChanged && !$0.text.allSatisfy(\.isWhitespace) }
        var lines = [style(mark)]
        for part in parts {
            for (place, piece) in part.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if place > 0 { lines.append(style(mark)) }
                let text = TextWidth.printable(String(piece))
                lines[lines.count - 1] += (part.isChanged && !isRewritten ? emphasis : style)(text)
            }
        }
        return lines
    }
}
