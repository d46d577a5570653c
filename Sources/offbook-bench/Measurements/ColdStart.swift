import PromptLibrary
import ReplicaStore

extension Measurement {
    /// Commands from start to end, against `sqlite3 FILE "select …"` of one text from the same file. The processes are
    /// new each time; the files are in the page cache.
    static let cold = Measurement("cold") { bench in
        try Program.require("sqlite3")
        let full = try ColdLibrary(bench, Workbench.cut(bench.library))
        let small = try ColdLibrary(bench, [])
        let count = "\(bench.library.count) prompts"
        return [
            try await full.figure("cold", "showing one of \(count)", ["show", ColdLibrary.prompt], .ratio(atMost: 4)),
            try await full.figure("cold.list", "listing \(count)", ["list"], .ratio(atMost: 6)),
            try await full.figure(
                "cold.search", "searching \(count) for two words", ["search", "fast came"], .ratio(atMost: 6)),
            try await small.figure("cold.small", "showing the only prompt of a library", ["show", ColdLibrary.prompt]),
            try await small.figure("cold.version", "offbook --version: what a start alone takes", ["--version"]),
        ]
    }
}

private struct ColdLibrary {
    static let prompt = "cold start"
    private static let roundsMin = 21

    private let bench: Workbench
    private let data: String
    private let select: Program

    init(_ bench: Workbench, _ batches: [[PromptRow]]) throws {
        self.bench = bench
        let (path, replica) = try bench.newDataDirectory()
        defer { try? replica.close() }
        try replica.fill(batches)
        _ = try Library(replica).create(NewPrompt(name: Self.prompt, body: "Say how fast you came up."))
        data = path
        select = Program(
            "sqlite3",
            [
                replica.path,
                """
                SELECT body FROM prompts AS p JOIN tips AS t ON t.prompt_id = p.id \
                JOIN versions AS v ON v.id = t.version_id WHERE p.name = '\(Self.prompt)'
                """,
            ])
    }

    func figure(_ name: String, _ meaning: String, _ arguments: [String], _ bar: Bar? = nil) async throws -> Figure {
        let command = Program(bench.offbook, arguments + (name == "cold.version" ? [] : ["--data", data]))
        let (ours, theirs) = (Samples(), Samples())
        // Once untimed, so that both executables are in the page cache, and what is searched is in the index.
        try await bench.rounds(count: 1, { try command.run() }, { try select.run() })
        try await bench.rounds(
            count: max(Self.roundsMin, bench.roundCount), { try ours.time { try command.run() } },
            { try theirs.time { try select.run() } })
        return Figure(name, meaning, ours: ours, peer: theirs, bar: bar)
    }
}
