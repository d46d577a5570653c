import ArgumentParser
import DirectoryStore
import ReplicaStore

/// The migrations of all that a server keeps.
enum Migrations {
    /// - Returns: the backup that was made before; nil where all is up to date.
    static func run(_ data: DataDirectory) throws -> Backup? {
        try Upgrade(data).run(offbook: Offbook.version) { _ = try DirectoryStore($0) }
    }
}

extension Admin {
    struct Migrate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "migrate", abstract: "Bring a server's databases up to date, after a backup of them.",
            discussion: """
                serve does it by itself. Back, it goes to the backup that was made before: --to names the schema of the
                libraries that it had. What was written since is in what is set aside then, and on the clients.

                  offbook admin migrate --data /srv/offbook
                  offbook admin migrate --history --data /srv/offbook
                  offbook admin migrate --to 1 --data /srv/offbook
                """)

        @Flag(help: "Show which migrations there are, and how many databases have each.") var history = false
        @Option(help: ArgumentHelp("The schema of the libraries to go to.", valueName: "n")) var to: Int?
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        private struct Report: Encodable {
            var backup: String?
            var restored: String?
            var replaced: String?
        }

        func validate() throws {
            if history, to != nil { throw ValidationError("--history changes nothing: it does not go with --to.") }
        }

        func run() throws {
            let data = data.directory
            guard data.hasDirectory else {
                throw CommandError(.notFound, "there is no server's data in \(data.path)")
            }
            if history { return try printHistory(data) }
            let newest = Upgrade.libraryMigrations.count
            if let to, to != newest { return try goBack(data, to, newest) }
            let backup = try Migrations.run(data)
            if json { return try JSONOutput.print(Report(backup: backup?.path)) }
            Console.print(backup.map { "Migrated. The backup from before: \($0.path)" } ?? "All is up to date.")
        }

        private func goBack(_ data: DataDirectory, _ to: Int, _ newest: Int) throws {
            guard (1..<newest).contains(to) else {
                throw CommandError(.failure, "there is no schema \(to): this Offbook knows 1 to \(newest)")
            }
            let backup = try Upgrade(data).backup(ofSchema: to)
            let former = try Restoring(data).run(backup)
            if json { return try JSONOutput.print(Report(restored: backup.path, replaced: former)) }
            Console.print("Restored \(backup.path). Now run the Offbook of that time: this one would migrate it again.")
            if let former { Console.print("What was there lies in \(former).") }
        }

        private struct Line: Encodable {
            var of: String
            var number: Int
            var name: String
            var databases: Int
        }

        private struct History: Encodable { var items: [Line] }

        private func printHistory(_ data: DataDirectory) throws {
            let state = try Upgrade(data).state()
            let lines =
                Self.lines("accounts", Upgrade.directoryMigrations, state.filter(\.isDirectory))
                + Self.lines("libraries", Upgrade.libraryMigrations, state.filter { !$0.isDirectory })
            if json { return try JSONOutput.print(History(items: lines)) }
            var table = Table("OF", "N", "NAME", "DATABASES", giving: ["NAME"])
            for line in lines { table.add(line.of, String(line.number), line.name, String(line.databases)) }
            table.print()
        }

        private static func lines(_ of: String, _ names: [String], _ state: [DatabaseSchema]) -> [Line] {
            names.enumerated().map { place, name in
                Line(of: of, number: place + 1, name: name, databases: state.count { $0.version > place })
            }
        }
    }
}
