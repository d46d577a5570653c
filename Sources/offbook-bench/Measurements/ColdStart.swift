import PromptLibrary
import ReplicaStore

extension Measurement {
    /// `offbook show NAME` from start to end, against `sqlite3 FILE "select …"` of the same text from
    /// the same file. The processes are new each time; the files are in the page cache.
    static let cold = Measurement("cold") { bench in
        [
            try figure("cold", "showing one prompt of all", bench.batches, bench),
            try figure("cold.small", "showing the only prompt of a library", [], bench),
        ]
    }

    private static let roundsMin = 21
    private static let prompt = "cold start"

    private static func figure(
        _ name: String, _ meaning: String, _ batches: [[PromptRow]], _ bench: Workbench
    ) throws -> Figure {
        let (show, select) = try programs(batches, bench)
        let (ours, theirs) = (Samples(), Samples())
        // Once untimed, so that both executables are in the page cache.
        try bench.rounds(count: 1, { try show.run() }, { try select.run() })
        try bench.rounds(
            count: max(roundsMin, bench.roundCount), { try ours.time { try show.run() } },
            { try theirs.time { try select.run() } })
        return Figure(name, meaning, ours: ours, peer: theirs)
    }

    private static func programs(_ batches: [[PromptRow]], _ bench: Workbench) throws -> (Program, Program) {
        let (path, replica) = try bench.newDataDirectory()
        defer { try? replica.close() }
        try replica.insert(batches)
        _ = try Library(replica).create(NewPrompt(name: prompt, body: "Say how fast you came up."))
        let select = """
            SELECT body FROM prompts AS p JOIN tips AS t ON t.prompt_id = p.id \
            JOIN versions AS v ON v.id = t.version_id WHERE p.name = '\(prompt)'
            """
        return (
            Program(bench.offbook, ["show", prompt, "--data", path]), Program("sqlite3", [replica.path, select])
        )
    }
}
