import ArgumentParser
import DirectoryStore
import PromptLibrary
import ReplicaStore

extension Admin {
    struct Carried: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "carried", abstract: "Who brought whose work to the server, and answers for it.",
            discussion: """
                Work that travelled in a file is pushed by somebody else than its author. The newest first.

                  offbook admin carried --workspace 'Support team' --data /srv/offbook
                """)

        @Option(name: .long, help: ArgumentHelp("The workspace, by name or id.", valueName: "workspace"))
        var workspace: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var pager: PagerOptions
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        func run() throws {
            guard data.directory.hasDirectory else {
                throw LibraryError(.notFound, "there is no server's data in \(data.directory.path)")
            }
            let directory = try DirectoryStore(data.directory)
            var listing = try Workspaces(glancingAt: data.directory).open(workspace).carried(page.request)
            listing.items = try listing.items.map { item in
                var item = item
                item.account = try directory.nameOfAccount(item.account) ?? item.account
                return item
            }
            try print(listing)
        }

        private func print(_ listing: Listing<CarriedView>) throws {
            if json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("Everybody pushed their own work.") }
            pager.start()
            var table = Table(
                "AT", "AUTHOR", "VIA", "NODE", "WHAT", "ID", giving: ["AUTHOR", "VIA", "NODE"], dropping: ["ID"])
            for item in listing.items {
                table.add(Moment.text(item.carriedAt), item.author, item.account, item.node, item.table, item.rowID)
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }
}
