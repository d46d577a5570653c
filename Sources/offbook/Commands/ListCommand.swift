import ArgumentParser
import PromptLibrary
import ReplicaStore

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List prompts.",
        discussion: """
            Columns: \(ListColumn.allCases.map(\.rawValue).joined(separator: ", ")).
            What you prefer for --sort and --columns: offbook config set list.sort -- -updated

              offbook list --tag polite --sort=-updated
              offbook list --columns name,project,tags --since 7d
              offbook list --json --limit 20
            """)

    @OptionGroup var filter: FilterOptions
    @Flag(help: "What is in the trash.") var deleted = false
    @Option(
        help: ArgumentHelp(
            "name, created, updated, category or project; -updated for newest first.", valueName: "order"),
        completion: .list(PromptOrder.Key.allCases.map(\.rawValue)))
    var sort: String?
    @Option(
        help: ArgumentHelp("What to show, with commas: name,tags,updated.", valueName: "columns"),
        completion: .list(ListColumn.allCases.map(\.rawValue)))
    var columns: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var pager: PagerOptions
    @OptionGroup var options: LibraryOptions

    private static let standardColumns: [ListColumn] = [.id, .name, .version, .tags, .updated]

    func validate() throws {
        if let sort, PromptOrder(named: sort) == nil {
            let keys = PromptOrder.Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--sort takes one of \(keys), with a “-” before it for the reverse, not “\(sort)”.")
        }
        if let columns, ListColumn.columns(named: columns) == nil {
            let known = ListColumn.allCases.map(\.rawValue).joined(separator: ",")
            throw ValidationError("--columns takes some of \(known), not “\(columns)”.")
        }
    }

    func run() throws {
        let library = try options.library()
        let listing =
            try deleted
            ? library.trash(page.request)
            : library.list(library.filter(filter.request), by: sort.flatMap { PromptOrder(named: $0) }, page.request)
        if options.json { return try JSONOutput.print(listing) }
        pager.start()
        if listing.items.isEmpty {
            Console.error(try filter.hint(library) ?? "Nothing to list.")
        } else {
            try print(listing.items, library)
        }
        if let next = listing.next { Console.error("More with: --cursor \(next)") }
    }

    private func print(_ prompts: [PromptView], _ library: Library) throws {
        let names = try columns ?? library.preference(.listColumns)
        let columns = names.flatMap { ListColumn.columns(named: $0) } ?? Self.standardColumns
        let droppable = self.columns == nil ? [ListColumn.tags, .updated, .version] : []
        var table = Table(
            columns.map(\.heading), giving: columns.filter(\.givesWay).map(\.heading),
            dropping: droppable.filter(columns.contains).map(\.heading))
        for prompt in prompts { table.add(columns.map { $0.text(of: prompt) }) }
        table.print()
    }
}

extension ListColumn {
    fileprivate var heading: String { self == .updated ? "EDITED" : rawValue.uppercased() }

    /// Running text, which may be cut short.
    fileprivate var givesWay: Bool { [.name, .tags, .description, .category, .project].contains(self) }

    fileprivate func text(of prompt: PromptView) -> String {
        switch self {
        case .id: String(prompt.id.suffix(8))
        case .name: prompt.name + (prompt.isFavourite ? " ★" : "")
        case .version: (prompt.version ?? "-") + (prompt.divergences > 0 ? " (diverged)" : "")
        case .category: prompt.category ?? ""
        case .project: prompt.project ?? ""
        case .tags: prompt.tags.joined(separator: " ")
        case .description: prompt.description
        case .created: Moment.text(prompt.createdAt)
        case .updated: Moment.text(prompt.updatedAt)
        case .favourite: prompt.isFavourite ? "yes" : "no"
        case .template: prompt.isTemplate ? "yes" : "no"
        case .divergences: String(prompt.divergences)
        }
    }
}
