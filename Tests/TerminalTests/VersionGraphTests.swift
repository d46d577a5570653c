import Testing

@testable import offbook

/// What is drawn for histories, the newest version first.
@Suite("The graph of a history")
struct VersionGraphTests {
    private func draw(_ characters: GraphDrawing.Characters = .ascii, _ versions: (String, String)...) -> String {
        let drawing = GraphDrawing(characters: characters)
        let graph = VersionGraph(versions.map { .init($0.0, $0.1.split(separator: " ").map { String($0) }) })
        return zip(versions, graph.rows).flatMap { version, row in
            ["\(drawing.line(of: row)) \(version.0)"] + drawing.lines(below: row)
        }.joined(separator: "\n")
    }

    @Test func linear() {
        #expect(
            draw(.ascii, ("c", "b"), ("b", "a"), ("a", "")) == """
                * c
                * b
                * a
                """)
    }

    @Test func nothing() { #expect(VersionGraph([]).rows.isEmpty) }

    @Test func divergence() {
        #expect(
            draw(.ascii, ("mine", "base"), ("theirs", "base"), ("base", "")) == """
                * mine
                | * theirs
                |/
                * base
                """)
        #expect(
            draw(.boxes, ("mine", "base"), ("theirs", "base"), ("base", "")) == """
                ● mine
                │ ● theirs
                ├─╯
                ● base
                """)
    }

    @Test func merge() {
        #expect(
            draw(.ascii, ("e", "d"), ("d", "b c"), ("c", "a"), ("b", "a"), ("a", "")) == """
                * e
                * d
                |\\
                | * c
                * | b
                |/
                * a
                """)
        #expect(
            draw(.boxes, ("d", "b c"), ("c", "a"), ("b", "a"), ("a", "")) == """
                ● d
                ├─╮
                │ ● c
                ● │ b
                ├─╯
                ● a
                """)
    }

    @Test("Two nodes merge the same two versions, each its own way")
    func crissCross() {
        #expect(
            draw(.ascii, ("f", "b c"), ("e", "c b"), ("c", "a"), ("b", "a"), ("a", ""))
                == """
                * f
                |\\
                | | * e
                | |/
                |/|
                | * c
                * | b
                |/
                * a
                """.replacing("| | * e\n| |/\n|/|\n", with: "| | * e\n| |/|\n|/| |\n| |/\n"))
    }

    @Test("Three lines, of which the right one goes back past the middle one")
    func crossing() {
        #expect(
            draw(.ascii, ("d", "a"), ("c", "b"), ("e", "a"), ("b", "a"), ("a", "")) == """
                * d
                | * c
                | | * e
                | |/
                |/|
                | * b
                |/
                * a
                """)
        #expect(
            draw(.boxes, ("d", "a"), ("c", "b"), ("e", "a"), ("b", "a"), ("a", "")) == """
                ● d
                │ ● c
                │ │ ● e
                ├─┼─╯
                │ ● b
                ├─╯
                ● a
                """)
    }

    @Test("Parents that have not arrived, that come too early, or that are named twice")
    func unknownParents() {
        #expect(
            draw(.ascii, ("c", "b b"), ("b", "gone also-gone"), ("a", "c")) == """
                * c
                * b
                * a
                """)
        #expect(
            draw(.ascii, ("d", "b gone"), ("c", "gone"), ("b", "")) == """
                * d
                | * c
                * b
                """)
    }

    @Test("A thousand versions, one of two lines each")
    func thousand() {
        let line = VersionGraph((0..<1000).map { .init("\($0)", ["\($0 + 1)"]) })
        #expect(line.width == 1 && line.rows.count == 1000)
        #expect(line.rows.allSatisfy { $0.edges.isEmpty && $0.column == 0 })
        let ladder = VersionGraph((0..<1000).map { .init("\($0)", ["\($0 + 1)", "\($0 + 2)"]) })
        #expect(ladder.rows.count == 1000 && ladder.width <= 3)
        let fan = VersionGraph((0..<999).map { .init("\($0)", ["root"]) } + [.init("root")])
        #expect(fan.width == 2)
    }

    @Test("Every edge leads to a line that goes on to the version meant", arguments: 0..<200)
    func randomHistories(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let versions = (0..<40).map { number in
            VersionGraph.Version(
                "\(number)",
                (0..<Int.random(in: 0...2, using: &random)).map { _ in
                    "\(number + 1 + Int.random(in: 0..<5, using: &random))"
                })
        }
        let graph = VersionGraph(versions)
        // Follows each column downwards, as a reader's eye does.
        var leads: [Int: Set<String>] = [:]
        let known = Set(versions.map(\.id))
        let children = Set(versions.flatMap(\.parents))
        for (version, row) in zip(versions, graph.rows) {
            #expect(row.lines.contains(row.column))
            #expect(Set(leads.keys).union([row.column]) == row.lines, "before \(version.id)")
            #expect(leads[row.column]?.contains(version.id) ?? !children.contains(version.id), "\(version.id)")
            let parents = Set(version.parents.filter(known.contains))
            leads[row.column] = parents.isEmpty ? nil : parents
            for edge in row.edges {
                let led = leads[edge.from] ?? []
                #expect(!led.isEmpty && (edge.kind == .opens) == (leads[edge.to] == nil))
                leads[edge.to, default: []].formUnion(led)
                if edge.kind == .joins { leads[edge.from] = nil }
            }
        }
        #expect(leads.isEmpty)
    }
}

/// The same numbers for the same seed.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
