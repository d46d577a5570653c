import ArgumentParser
import FoundationEssentials
import Glibc

/// The benchmark: what Offbook costs, each figure as a ratio to a peer measured in the same run.
@main
struct OffbookBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offbook-bench",
        abstract: "Measure Offbook against what people use instead, in the same run.",
        discussion: """
            Ratios are ours to the peer's, of medians; the spread is the least and the greatest of the rounds. \
            A bar is what a figure is to reach, with the standard numbers of rows and prompts. \
            Build it with -c release, and let the machine be idle.
            """,
        subcommands: [StubCommand.self])

    @Option(help: "How many rows of prompts: where rows are inserted, changed, joined, sent and searched.")
    var rows = 100_000

    @Option(help: "How many prompts an ordinary library has: where one is synced, listed and served.")
    var prompts = 10_000

    @Option(help: "How many times each timed comparison is made, ours and the peer's in turn.")
    var rounds = 5

    @Option(help: "How many rows the large library has: in scale, bootstrap and curves.large, which take minutes.")
    var library = 1_000_000

    @Option(help: "How many replicas edit one workspace: in clocks, which takes minutes.")
    var replicas = 500

    @Option(help: "For how many days: in clocks.")
    var days = 90

    @Option(
        help: ArgumentHelp(
            "Only this measurement; may be repeated. Those that take minutes are made only where they are named.",
            valueName: "name"))
    var only: [String] = []

    @Option(
        help: ArgumentHelp("The executable to start cold; the one beside this one if not given.", valueName: "path"),
        completion: .file())
    var offbook: String?

    @Option(
        help: ArgumentHelp("Where the databases are made. On a disk: in memory an fsync is free.", valueName: "dir"),
        completion: .directory)
    var directory = "/tmp"

    @Option(
        help: ArgumentHelp(
            "Compare with the offbook-bench and offbook in this directory, run in turn.", valueName: "dir"),
        completion: .directory)
    var against: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard rows > 0 else { throw ValidationError("--rows takes a number of at least 1.") }
        guard prompts >= 1000 else { throw ValidationError("--prompts takes a number of at least 1000.") }
        guard rounds > 0 else { throw ValidationError("--rounds takes a number of at least 1.") }
        guard library >= 4000 else { throw ValidationError("--library takes a number of at least 4000.") }
        guard replicas > 0, days > 0 else { throw ValidationError("--replicas and --days take at least 1.") }
        let known = Measurement.all.map(\.name)
        if let unknown = only.first(where: { !known.contains($0) }) {
            throw ValidationError("There is no measurement \(unknown), but \(known.joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let findings = if let against { try compared(with: against) } else { try await measured() }
        let report = Report(rows: rows, rounds: rounds, findings)
        print(json ? try report.json() : report.text)
    }

    private func measured() async throws -> Findings {
        var bench = try Workbench(
            rowCount: rows, roundCount: rounds, within: directory,
            offbook: try offbook ?? Program.besideThisOne("offbook"))
        (bench.libraryRows, bench.replicas, bench.days) = (library, replicas, days)
        bench.library = PromptRow.generated(prompts, by: bench.user)
        defer { bench.remove() }
        var findings = Findings()
        for measurement in Measurement.all where only.isEmpty ? !measurement.isLong : only.contains(measurement.name) {
            tell(measurement.name)
            findings += try await measurement.made(bench)
        }
        return findings
    }

    private func compared(with base: String) throws -> Findings {
        let arguments = ["--rows", String(rows), "--directory", directory] + only.flatMap { ["--only", $0] }
        let comparison = Comparison(
            contestants: [try Program.besideThisOne("offbook-bench"), "\(base)/offbook-bench"], arguments: arguments,
            roundCount: rounds, output: "\(directory)/offbook-bench.\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(atPath: comparison.output) }
        return try comparison.findings()
    }

    /// On a terminal, as it takes minutes.
    private func tell(_ name: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let line = Array("measuring \(name)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
