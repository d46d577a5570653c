import FoundationEssentials

/// What a measurement found.
struct Findings {
    var figures: [Figure] = []
    var tables: [TextTable] = []
    /// What could not be measured here, and why.
    var notes: [String] = []

    static func += (findings: inout Findings, more: Findings) {
        findings.figures += more.figures
        findings.tables += more.tables
        findings.notes += more.notes
    }
}

/// All that was found in a run, for people and for programs.
struct Report: Encodable {
    let rows: Int
    let rounds: Int
    let figures: [Figure]
    let tables: [TextTable]
    let notes: [String]

    init(rows: Int, rounds: Int, _ findings: Findings) {
        self.rows = rows
        self.rounds = rounds
        (figures, tables, notes) = (findings.figures, findings.tables, findings.notes)
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The figures, the other tables, and what is to be said.
    var text: String {
        let parts = (figures.isEmpty ? [] : [figureTable.text]) + tables.map(\.text) + [verdict] + notes
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var figureTable: TextTable {
        TextTable(
            head: ["NAME", "OURS", "PEER", "UNIT", "RATIO", "SPREAD", "BAR", "HELD", "WHAT"],
            lines: figures.map(Self.cells))
    }

    private static func cells(_ figure: Figure) -> [String] {
        [
            figure.name, Digits.text(figure.ours), figure.peer.map(Digits.text) ?? "-", figure.unit.rawValue,
            figure.ratio.map(Digits.text) ?? "-", "\(Digits.text(figure.least))-\(Digits.text(figure.greatest))",
            figure.bar?.text ?? "", figure.isHeld.map { $0 ? "yes" : "MISSED" } ?? "", figure.meaning,
        ]
    }

    private var verdict: String {
        let missed = figures.filter { $0.isHeld == false }.map(\.name)
        let count = figures.filter { $0.bar != nil }.count
        if count == 0 { return "" }
        return missed.isEmpty
            ? "All \(count) bars held." : "Of \(count) bars \(missed.count) missed: \(missed.joined(separator: ", "))."
    }
}
