/// Draws a `VersionGraph`, two characters a column.
struct GraphDrawing {
    enum Characters { case ascii, boxes }

    /// Boxes where they can be shown; what is piped is for programs and old terminals too.
    static var standard: Characters { Console.isOutputTerminal && Console.isUTF8 ? .boxes : .ascii }

    let characters: Characters

    /// The line of the version itself.
    func line(of row: VersionGraph.Row) -> String {
        let mark: Character = characters == .ascii ? "*" : "●"
        return cells(row.lines) { $0 == row.column ? mark : nil }
    }

    /// The lines below it.
    func lines(below row: VersionGraph.Row) -> [String] { row.edges.flatMap(draw) }

    private func draw(_ edge: VersionGraph.Edge) -> [String] {
        characters == .boxes ? [box(edge)] : slashes(edge)
    }

    private var bar: Character { characters == .ascii ? "|" : "│" }

    /// Characters at places counted by halves of columns: a column's own is even.
    private func cells(_ lines: Set<Int>, _ special: (Int) -> Character? = { _ in nil }) -> String {
        let last = max(lines.max() ?? 0, 0)
        var text = ""
        for column in 0...last {
            text.append(special(column) ?? (lines.contains(column) ? bar : " "))
            text.append(" ")
        }
        text.removeLast()
        return text
    }

    /// One column further with each line.
    private func slashes(_ edge: VersionGraph.Edge) -> [String] {
        let isLeftward = edge.to < edge.from
        let steps = isLeftward ? Array((edge.to..<edge.from).reversed()) : Array(edge.from..<edge.to)
        return steps.map { step in
            var lines = edge.lines
            if edge.kind != .joins { lines.insert(edge.from) }
            if edge.kind != .opens { lines.insert(edge.to) }
            var text = Array(cells(lines))
            while text.count < 2 * step + 2 { text.append(" ") }
            text[2 * step + 1] = isLeftward ? "/" : "\\"
            return String(text)
        }
    }

    /// The whole way on one line.
    private func box(_ edge: VersionGraph.Edge) -> String {
        let (left, right) = (min(edge.from, edge.to), max(edge.from, edge.to))
        let last = max(edge.lines.max() ?? 0, right)
        return (0...last).map { column -> String in
            let corner: String? =
                switch column {
                case left: "├"
                case right: edge.kind == .joins ? "╯" : edge.kind == .opens ? "╮" : "┤"
                case left..<right: edge.lines.contains(column) ? "┼" : "─"
                default: nil
                }
            let own = corner ?? (edge.lines.contains(column) ? "│" : " ")
            return own + (column >= left && column < right ? "─" : " ")
        }.joined().trimmedAtEnd
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
