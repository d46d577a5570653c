/// Columns of text, as wide as they have to be.
struct TextTable: Encodable {
    var title = ""
    let head: [String]
    var lines: [[String]]
    /// What the numbers say, in a sentence or two.
    var saying = ""

    /// Words start their column, numbers end it; the last one is as long as it is.
    var text: String {
        let all = [head] + lines
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let isWords = head.indices.map { column in lines.contains { !Self.isNumber($0[column]) } }
        let rows = all.map { cells in
            cells.indices.map { Self.padded(cells[$0], widths[$0], isWords[$0], isLast: $0 == cells.count - 1) }
                .joined(separator: "  ")
        }
        return ([title] + rows + [saying]).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func padded(_ cell: String, _ width: Int, _ isWord: Bool, isLast: Bool) -> String {
        let padding = String(repeating: " ", count: width - cell.count)
        if isWord { return isLast ? cell : cell + padding }
        return padding + cell
    }

    /// Also a range of two, and the mark of none.
    private static func isNumber(_ cell: String) -> Bool { cell.allSatisfy { $0.isNumber || ".-".contains($0) } }
}
