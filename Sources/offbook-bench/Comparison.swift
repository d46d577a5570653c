import FoundationEssentials

/// Two builds of the benchmark, run in turn: each figure of ours beside the same one of the other's.
struct Comparison {
    /// What a run tells of a figure.
    struct Told: Decodable {
        let name: String
        let unit: String
        let ours: Double
    }

    private struct Run: Decodable { let figures: [Told] }

    /// Executables, ours first.
    let contestants: [String]
    let arguments: [String]
    let roundCount: Int
    /// Where a run prints.
    let output: String

    func findings() throws -> Findings {
        var runs: [[[Told]]] = [[], []]
        for round in 0..<roundCount {
            for place in round.isMultiple(of: 2) ? [0, 1] : [1, 0] { runs[place].append(try run(contestants[place])) }
        }
        return Findings(figures: Self.figures(ours: runs[0], base: runs[1]))
    }

    private func run(_ executable: String) throws -> [Told] {
        let said = try Program(executable, ["--json", "--rounds", "1"] + arguments).output(by: output)
        return try JSONDecoder().decode(Run.self, from: Data(said.utf8)).figures
    }

    /// What both have under one name and in one unit.
    static func figures(ours: [[Told]], base: [[Told]]) -> [Figure] {
        (ours.first ?? []).compactMap { told in
            guard let unit = Figure.Unit(rawValue: told.unit), told.ours.isFinite else { return nil }
            func samples(_ runs: [[Told]]) -> Samples {
                Samples(runs.compactMap { run in run.first { ($0.name, $0.unit) == (told.name, told.unit) }?.ours })
            }
            let (mine, theirs) = (samples(ours), samples(base))
            guard theirs.values.count == mine.values.count else { return nil }
            return Figure(told.name, "this build to the other", unit, ours: mine, peer: theirs)
        }
    }
}
