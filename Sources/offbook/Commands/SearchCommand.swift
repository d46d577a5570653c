import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find prompts by words in their name, description, tags or text.",
        discussion: """
            Every word must be there; the last may be the beginning of one. Quotes hold words together.

              offbook search customer refund
              offbook search '"step by step"' --tag teaching
              offbook search 東京
            """)

    @Argument(help: "The words.") var words: [String]
    @OptionGroup var filter: FilterOptions
    @OptionGroup var page: PageOptions
    @OptionGroup var pager: PagerOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let library = try options.library()
        let listing = try library.search(
            words.joined(separator: " "), library.filter(filter.request), page.request
        ) { Console.progress("indexing \($0) of \($1)") }
        Console.progress("")
        if options.json { return try JSONOutput.print(listing) }
        pager.start()
        if listing.items.isEmpty { Console.error(try filter.hint(library) ?? "Nothing found.") }
        for hit in listing.items { print(hit) }
        if let next = listing.next { Console.error("More with: --cursor \(next)") }
    }

    private func print(_ hit: SearchHit) {
        let tags = hit.prompt.tags.map { " #\($0)" }.joined()
        let head = Style.bold(TextWidth.printable(hit.prompt.name)) + Style.dim("  \(hit.prompt.id.suffix(8))\(tags)")
        Console.print(head)
        Console.print("  \(snippet(hit.snippet))")
    }

    /// On one line of a terminal; whole elsewhere.
    private func snippet(_ parts: [SnippetPart]) -> String {
        var room = Console.isOutputTerminal ? Console.width - 3 : .max
        var line = ""
        for part in parts where room > 0 {
            let text = TextWidth.fit(TextWidth.printable(part.text), room)
            room -= TextWidth.columns(text)
            line += part.isMatch ? Style.yellow(text) : text
        }
        return line
    }
}
