import FoundationEssentials

/// All figures of a run, for people and for programs.
struct Report: Encodable {
    let rows: Int
    let rounds: Int
    let figures: [Figure]

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    var table: String {
        let head = ["NAME", "OURS", "PEER", "UNIT", "RATIO", "SPREAD", "WHAT"]
        let lines = [head] + figures.map(Self.cells)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { Self.line($0, widths) }.joined(separator: "\n")
    }

    private static func cells(_ figure: Figure) -> [String] {
        [
            figure.name, decimal(figure.ours, 1), decimal(figure.peer, 1), figure.unit.rawValue,
            decimal(figure.ratio, 2), "\(decimal(figure.least, 2))-\(decimal(figure.greatest, 2))", figure.meaning,
        ]
    }

    /// The name, the unit and the meaning start their column, numbers end it.
    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).enumerated().map { column, cell in
            let (text, width) = cell
            let padding = String(repeating: " ", count: width - text.count)
            if column == cells.count - 1 { return text }
            return [0, 3].contains(column) ? text + padding : padding + text
        }.joined(separator: "  ")
    }

    private static func decimal(_ number: Double, _ digits: Int) -> String {
        guard number.isFinite else { return "-" }
        let scale = digits == 1 ? 10 : 100
        let scaled = Int((number * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
