import PromptLibrary

/// A history for people: the graph of its versions, newest first, and beside it what is known of each.
struct HistoryText {
    private let versions: [VersionView]
    private let graph: VersionGraph
    private let drawing: GraphDrawing

    /// - Parameter versions: all that there are, newest first.
    init(_ versions: [VersionView], _ characters: GraphDrawing.Characters = GraphDrawing.standard) {
        self.versions = versions
        drawing = GraphDrawing(characters: characters)
        let known = Dictionary(versions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        graph = VersionGraph(versions.map { .init($0.id, Self.straightFirst($0.parents, known)) })
    }

    /// Parents are kept in the order of their ids, which says nothing: the line of the one that was saved
    /// last goes on straight.
    private static func straightFirst(_ parents: [String], _ known: [String: VersionView]) -> [String] {
        parents.sorted { a, b in
            guard let a = known[a], let b = known[b] else { return known[a] != nil }
            return (a.number, a.createdAt, a.id) > (b.number, b.createdAt, b.id)
        }
    }

    /// The lines of a page of them.
    func table(_ page: Range<Int>) -> Table {
        var table = Table(
            "", "VERSION", "", "WHEN", "BY", "MESSAGE", giving: ["BY", "MESSAGE"], dropping: ["BY", "WHEN"])
        table.style("VERSION", .yellow)
        for (version, row) in zip(versions, graph.rows).dropFirst(page.lowerBound).prefix(page.count) {
            let by = [version.author, version.node].compactMap(\.self).joined(separator: " on ")
            table.add(
                drawing.line(of: row), version.name, Self.marks(of: version), Moment.text(version.createdAt), by,
                Self.summary(version))
            for line in drawing.lines(below: row) { table.add(line) }
        }
        return table
    }

    private static func marks(of version: VersionView) -> String {
        let state = version.isHead ? "(head)" : version.isTip ? "(diverged)" : nil
        let labels = version.labels.isEmpty ? nil : "[\(version.labels.joined(separator: ", "))]"
        return [state, labels].compactMap(\.self).joined(separator: " ")
    }

    /// The first line of the message; what kind of version it is where nobody said anything.
    private static func summary(_ version: VersionView) -> String {
        let first = version.message.split(whereSeparator: \.isNewline).first.map { String($0) } ?? ""
        return first.isEmpty && version.kind != "edit" ? "(\(version.kind))" : first
    }
}
