/// Where each version of a history stands beside the others, and which lines lead from it to those it
/// was made from. Pure: what is drawn of it is `GraphDrawing`'s.
struct VersionGraph: Equatable {
    struct Version: Equatable {
        var id: String
        /// The one whose line goes on straight first.
        var parents: [String]

        init(_ id: String, _ parents: [String] = []) {
            self.id = id
            self.parents = parents
        }
    }

    struct Row: Equatable {
        var column: Int
        /// The columns through which a line runs beside the version, its own included.
        var lines: Set<Int>
        /// Below it, in this order.
        var edges: [Edge]
    }

    /// A line from one column to another.
    struct Edge: Equatable {
        enum Kind: Equatable {
            /// The line of a parent that nothing led to yet: `to` begins here, `from` goes on.
            case opens
            /// To a parent to which a line leads already: both go on.
            case meets
            /// Two lines to one parent: `from` ends here.
            case joins
        }

        var kind: Kind
        var from: Int
        var to: Int
        /// The columns through which a line runs above it and those through which one runs below it, except
        /// for its own ends.
        var lines: Set<Int>
    }

    private(set) var rows: [Row] = []
    /// The version that each column leads down to.
    private var columns: [String?] = []

    /// How many columns there are at the widest place.
    private(set) var width = 0

    /// - Parameter versions: each before those it was made from. Parents that are not among them, or
    ///   come before their child, are left out: their line would never end.
    init(_ versions: [Version]) {
        var awaited = Set(versions.map(\.id))
        for version in versions {
            awaited.remove(version.id)
            var seen: Set<String> = []
            add(version.id, version.parents.filter { awaited.contains($0) && seen.insert($0).inserted })
        }
    }

    private var lines: Set<Int> { Set(columns.indices.filter { columns[$0] != nil }) }

    private mutating func add(_ id: String, _ parents: [String]) {
        let column = columns.firstIndex(of: id) ?? open(id, from: 0)
        width = max(width, columns.count)
        let lines = lines
        let other = parents.first.flatMap { columns.firstIndex(of: $0) }
        columns[column] = parents.first
        var edges = parents.dropFirst().map { branch(column, to: $0) }
        if let other { edges.append(join(column, other)) }
        rows.append(Row(column: column, lines: lines, edges: edges))
        while columns.last == .some(nil) { columns.removeLast() }
        width = max(width, columns.count)
    }

    /// The first column from there on that is free.
    private mutating func open(_ id: String, from start: Int) -> Int {
        let column = columns.indices.first { $0 >= start && columns[$0] == nil } ?? columns.count
        if column == columns.count { columns.append(id) } else { columns[column] = id }
        return column
    }

    /// Of two lines to one parent the right one ends in the left one.
    private mutating func join(_ a: Int, _ b: Int) -> Edge {
        columns[max(a, b)] = nil
        return Edge(kind: .joins, from: max(a, b), to: min(a, b), lines: lines.subtracting([min(a, b)]))
    }

    private mutating func branch(_ column: Int, to parent: String) -> Edge {
        let ends: Edge
        if let other = columns.firstIndex(of: parent) {
            ends = Edge(kind: .meets, from: column, to: other, lines: [])
        } else {
            ends = Edge(kind: .opens, from: column, to: open(parent, from: column + 1), lines: [])
        }
        var edge = ends
        edge.lines = lines.subtracting([edge.from, edge.to])
        return edge
    }
}
