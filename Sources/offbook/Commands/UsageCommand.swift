import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Usage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "How often prompts were used, and what that took.",
        discussion: """
            It counts all that you may see. Days are in UTC. A cost with a + leaves out calls whose price is
            not known.

              offbook usage --by day --since 4w
              offbook usage greeting --by kind
            """)

    @Argument(help: ArgumentHelp("Only this prompt.", valueName: "prompt")) var name: String?
    @Option(help: "prompt, day, model, user or kind.") var by = UsageGrouping.prompt
    @Flag(help: "Only your own use.") var mine = false
    @Option(help: ArgumentHelp("Only since: 2026-11-20, 12h, 7d.", valueName: "time")) var since: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let listing = try options.library().usage(by: by, of: name, isOwn: mine, since: since, page.request)
        if options.json { return try JSONOutput.print(listing) }
        if listing.items.isEmpty { return Console.error("Nothing was used.") }
        var table = Table(
            by.rawValue.uppercased(), "COUNT", "TOKENS", "COST", "LATENCY", "LAST",
            giving: by == .prompt ? ["PROMPT"] : [])
        for usage in listing.items { table.add(Self.cells(usage)) }
        table.print()
        if let next = listing.next { Console.error("More with: --cursor \(next)") }
    }
}

extension Usage {
    private static func cells(_ usage: UsageView) -> [String] {
        let tokens = usage.inputTokens &+ usage.outputTokens
        let cost = usage.cost > 0 ? "$" + Money.text(usage.cost) + (usage.withoutCost > 0 ? "+" : "") : ""
        return [
            usage.name.isEmpty ? "none" : usage.name, String(usage.count), tokens > 0 ? String(tokens) : "", cost,
            usage.averageLatency.map { "\($0) ms" } ?? "", Moment.text(usage.lastAt),
        ]
    }
}

/// Dollars as people read them.
enum Money {
    /// Cents, or as many digits more as it takes to show something of less than a cent.
    static func text(_ dollars: Double) -> String {
        guard dollars.isFinite, abs(dollars) < 1e15 else { return String(dollars) }
        let digits = abs(dollars) >= 0.01 ? 2 : 6
        let scale = digits == 2 ? 100.0 : 1_000_000.0
        let units = Int64((abs(dollars) * scale).rounded())
        let rest = String(units % Int64(scale))
        let zeros = String(repeating: "0", count: digits - rest.count)
        return "\(dollars < 0 ? "-" : "")\(units / Int64(scale)).\(zeros)\(rest)"
    }
}

extension UsageGrouping: ExpressibleByArgument {}
