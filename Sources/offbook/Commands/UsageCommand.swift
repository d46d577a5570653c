import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Usage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "How often prompts were used, by everybody in the workspace.",
        discussion: """
            Days are in UTC.

              offbook usage --by day --since 4w
              offbook usage greeting --by kind
            """)

    @Argument(help: ArgumentHelp("Only this prompt.", valueName: "prompt")) var name: String?
    @Option(help: "prompt, day or kind.") var by = UsageGrouping.prompt
    @Option(help: ArgumentHelp("Only since: 2026-11-20, 12h, 7d.", valueName: "time")) var since: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let listing = try options.library().usage(by: by, of: name, since: since, page.request)
        if options.json { return try JSONOutput.print(listing) }
        if listing.items.isEmpty { return Console.error("Nothing was used.") }
        var table = Table(by.rawValue.uppercased(), "COUNT", "LAST", giving: by == .prompt ? ["PROMPT"] : [])
        for usage in listing.items { table.add(usage.name, String(usage.count), Moment.text(usage.lastAt)) }
        table.print()
        if let next = listing.next { Console.error("More with: --cursor \(next)") }
    }
}

extension UsageGrouping: ExpressibleByArgument {}
