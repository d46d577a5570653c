private let newline = UInt8(ascii: "\n")

/// The markers git writes, seven characters each.
private enum Marker: CaseIterable {
    case ours, base, middle, theirs

    var sign: UInt8 {
        switch self {
        case .ours: UInt8(ascii: "<")
        case .base: UInt8(ascii: "|")
        case .middle: UInt8(ascii: "=")
        case .theirs: UInt8(ascii: ">")
        }
    }

    var text: [UInt8] { Array(repeating: sign, count: 7) }

    /// Only the middle marker is written without a label.
    var mayBeLabelled: Bool { self != .middle }

    func line(_ label: String = "") -> [UInt8] {
        let label = onOneLine(label)
        return text + (label.isEmpty ? [] : [UInt8(ascii: " ")] + label) + [newline]
    }

    /// A carriage return is allowed for, since an editor may have changed the line ends.
    func begins(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: text) else { return false }
        let rest = line.dropFirst(text.count)
        return rest.isEmpty || rest.elementsEqual([UInt8(ascii: "\r")])
            || (mayBeLabelled && rest.first == UInt8(ascii: " "))
    }
}

extension MergedText {
    /// The text with conflict markers as `git merge-file --diff3` writes them: ours, the base and theirs
    /// between lines beginning with `<<<<<<<`, `|||||||`, `=======` and `>>>>>>>`.
    ///
    /// Every marker has a line of its own: a side without a final newline is given one. Line breaks in a
    /// label become spaces.
    package func marked(ours: String, base: String, theirs: String) -> String {
        var output: [UInt8] = []
        for segment in segments {
            switch segment {
            case .merged(let text):
                output += text.utf8
            case .conflict(let baseText, let oursText, let theirsText):
                output.startLine()
                output.appendLines(Marker.ours.line(ours), oursText)
                output.appendLines(Marker.base.line(base), baseText)
                output.appendLines(Marker.middle.line(), theirsText)
                output += Marker.theirs.line(theirs)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Whether a line still begins with one of the markers `marked` writes.
    ///
    /// A Markdown heading underlined with exactly seven equals signs looks like the middle marker, and
    /// counts as one.
    package static func containsMarkers(_ text: String) -> Bool {
        let lines = Array(text.utf8).split(separator: newline, omittingEmptySubsequences: true)
        return lines.contains { line in
            Marker.allCases.contains { $0.begins(line) }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func startLine() {
        if let last, last != newline { append(newline) }
    }

    fileprivate mutating func appendLines(_ marker: [UInt8], _ text: String) {
        self += marker
        self += text.utf8
        startLine()
    }
}

/// A label without line breaks, which would put the rest of it on a line that looks like text.
func onOneLine(_ label: String) -> [UInt8] {
    label.utf8.map { $0 == newline || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
}
