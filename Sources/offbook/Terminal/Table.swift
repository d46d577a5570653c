/// A table for people: as wide as its content, and no wider than the terminal. Columns of running
/// text give way, the widest first; what one has to type, or read whole, does not.
struct Table {
    private var header: [String]
    private let flexible: Set<String>
    private var rows: [[String]] = []
    private var styles: [String: Style] = [:]
    private static let gap = 2
    private static let flexibleWidthMin = 8

    init(_ header: String..., giving flexible: String...) { self.init(header, giving: flexible) }

    init(_ header: [String], giving flexible: [String]) {
        self.header = header
        self.flexible = Set(flexible)
    }

    mutating func add(_ cells: String...) { add(cells) }

    mutating func add(_ cells: [String]) { rows.append(cells.map(TextWidth.printable)) }

    /// How a column looks where there is colour.
    mutating func style(_ column: String, _ style: Style) { styles[column] = style }

    func print() {
        let widths = fitted()
        if Console.isOutputTerminal { Console.print(Style.dim(line(header, widths, isHeader: true))) }
        for row in rows { Console.print(line(row, widths)) }
    }

    private func fitted() -> [Int] {
        var widths = header.indices.map { column in
            ([header] + rows).map { column < $0.count ? TextWidth.columns($0[column]) : 0 }.max() ?? 0
        }
        guard Console.isOutputTerminal else { return widths }
        var excess = widths.reduce(0, +) + Self.gap * (widths.count - 1) - Console.width
        let givers = header.indices.filter { flexible.contains(header[$0]) }
        while excess > 0, let widest = givers.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Self.flexibleWidthMin
        {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int], isHeader: Bool = false) -> String {
        let last = cells.lastIndex { !$0.isEmpty } ?? 0
        let gap = String(repeating: " ", count: Self.gap)
        return zip(cells, widths).prefix(last + 1).enumerated().map { column, cell in
            let text = TextWidth.fit(cell.0, cell.1)
            let fill = column == last ? "" : String(repeating: " ", count: max(0, cell.1 - TextWidth.columns(text)))
            guard !isHeader, let style = styles[header[column]] else { return text + fill }
            return style(text) + fill
        }.joined(separator: gap)
    }
}
