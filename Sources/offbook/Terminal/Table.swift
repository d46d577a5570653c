/// A table for people: as wide as its content, and no wider than the terminal. Columns of running text
/// give way, the widest first; then columns that one can do without go. To a pipe all is printed whole.
struct Table {
    private let header: [String]
    private let flexible: [String]
    private let droppable: [String]
    private var rows: [[String]] = []
    private var styles: [String: Style] = [:]
    private static let gap = 2
    /// What is left of the column that matters most of those that give way, and of the others.
    private static let widthsMin = (first: 20, others: 8)

    /// - Parameters:
    ///   - giving: columns whose text may be cut, the one that matters most first.
    ///   - dropping: columns that may go, the first of them first.
    init(_ header: String..., giving flexible: [String] = [], dropping droppable: [String] = []) {
        self.init(header, giving: flexible, dropping: droppable)
    }

    init(_ header: [String], giving flexible: [String] = [], dropping droppable: [String] = []) {
        self.header = header
        self.flexible = flexible
        self.droppable = droppable
    }

    mutating func add(_ cells: String...) { add(cells) }

    mutating func add(_ cells: [String]) { rows.append(cells.map(TextWidth.printable)) }

    /// How a column looks where there is colour.
    mutating func style(_ column: String, _ style: Style) { styles[column] = style }

    func print() {
        let isTerminal = Console.isOutputTerminal
        // What is piped is for programs, which need no header.
        let lines = lines(within: isTerminal ? Console.width : nil).dropFirst(isTerminal ? 0 : 1)
        // At once: of a long list each line would be a call of the system.
        if !lines.isEmpty { Console.print(lines.joined(separator: "\n")) }
    }

    /// The header and the rows.
    ///
    /// - Parameter width: of the terminal, in columns; nil where nothing has to fit.
    func lines(within width: Int?) -> [String] {
        let widths = widths(within: width)
        return [Style.dim(line(header, widths, isHeader: true))] + rows.map { line($0, widths) }
    }

    /// Nil for a column that is left out.
    private func widths(within room: Int?) -> [Int?] {
        var widths = header.map { Optional(TextWidth.columns($0)) }
        for row in rows {
            for (column, cell) in row.prefix(widths.count).enumerated() {
                widths[column] = max(widths[column] ?? 0, TextWidth.columns(cell))
            }
        }
        guard let room else { return widths }
        for dropped in [nil] + droppable.map(Optional.some) {
            if let column = dropped.flatMap({ header.firstIndex(of: $0) }) { widths[column] = nil }
            let narrowest = widths.indices.compactMap { column in widths[column].map { least(column, $0) } }
            if Self.total(narrowest) <= room { break }
        }
        return shrunk(widths, to: room)
    }

    private func least(_ column: Int, _ width: Int) -> Int {
        guard let place = flexible.firstIndex(of: header[column]) else { return width }
        return min(width, place == 0 ? Self.widthsMin.first : Self.widthsMin.others)
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * max(0, widths.count - 1) }

    private func shrunk(_ widths: [Int?], to room: Int) -> [Int?] {
        var widths = widths
        var excess = Self.total(widths.compactMap(\.self)) - room
        while excess > 0, let widest = widths.indices.max(by: { spare($0, widths) < spare($1, widths) }),
            let width = widths[widest], spare(widest, widths) > 0
        {
            widths[widest] = width - 1
            excess -= 1
        }
        return widths
    }

    /// How much of a column may still be cut off.
    private func spare(_ column: Int, _ widths: [Int?]) -> Int {
        widths[column].map { $0 - least(column, $0) } ?? 0
    }

    private func line(_ cells: [String], _ widths: [Int?], isHeader: Bool = false) -> String {
        let shown = cells.indices.filter { $0 < widths.count && widths[$0] != nil }
        guard let last = shown.last(where: { !cells[$0].isEmpty }) else { return "" }
        return shown.prefix { $0 <= last }.reduce(into: "") { line, column in
            let width = widths[column] ?? 0
            let text = TextWidth.fit(cells[column], width)
            line += isHeader ? text : styles[header[column]]?(text) ?? text
            guard column != last else { return }
            line += String(repeating: " ", count: max(0, width - TextWidth.columns(text)) + Self.gap)
        }
    }
}
