import ArgumentParser
import DirectoryStore
import PromptLibrary
import ReplicaStore

struct Admin: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "What whoever runs a server does, on its machine.",
        subcommands: [
            Owner.self, Audit.self, Carried.self, BackupCommand.self, Migrate.self, ServerConfig.self, Seed.self,
            SystemdUnit.self, Credits.self,
        ])

    struct Owner: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "owner", abstract: "Who runs the server.", subcommands: [Create.self])

        struct Create: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "create", abstract: "Make somebody who runs the server, or give them a new password.",
                discussion: """
                    They own the workspaces that no other person owns. The password works once, for choosing another.

                      offbook admin owner create ada@example.org --data /srv/offbook
                    """)

            @Argument(help: "Their e-mail address.") var email: String
            @Flag(name: .long, help: "Print JSON.") var json = false
            @OptionGroup var data: DataOptions

            private struct Report: Encodable {
                var email: String
                var password: String
            }

            func run() throws {
                let password = try DirectoryStore(data.directory).createOwner(email: email)
                if json { return try JSONOutput.print(Report(email: email, password: password)) }
                Console.print(password)
                Console.error("It works once, and is not shown again: offbook login URL --email \(email)")
            }
        }
    }

    struct Audit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit", abstract: "Who signed in, and who changed what anybody may do; the newest first.",
            discussion: """
                  offbook admin audit --data /srv/offbook
                  offbook admin audit --action sign-in-failed --data /srv/offbook
                """)

        @Option(help: ArgumentHelp("Only what is called so.", valueName: "name")) var action: String?
        @Option(help: ArgumentHelp("At most so many entries.", valueName: "n")) var limit = 100
        @Option(help: ArgumentHelp("Only entries with a smaller number.", valueName: "n")) var before: Int64?
        @OptionGroup var pager: PagerOptions
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (1...100_000).contains(limit) else {
                throw ValidationError("--limit takes a number from 1 to 100000.")
            }
            guard let action, AuditAction(rawValue: action) == nil else { return }
            throw ValidationError(
                "--action takes one of: \(AuditAction.allCases.map(\.rawValue).joined(separator: ", ")).")
        }

        private struct Line: Encodable {
            var seq: Int64
            var at: Int64
            var action: String
            var who: String
            var address: String
            var workspace: String
            var subject: String
            var detail: String

            init(_ entry: AuditEntry) {
                seq = entry.seq
                at = entry.at
                action = entry.action
                who = entry.who
                address = entry.address
                workspace = entry.workspace
                subject = entry.subject
                detail = entry.detail
            }
        }

        private struct Report: Encodable { var items: [Line] }

        func run() throws {
            guard data.directory.hasDirectory else {
                throw LibraryError(.notFound, "there is no server's data in \(data.directory.path)")
            }
            let entries = try DirectoryStore(data.directory).auditLog(limit: limit, action: action, before: before)
            if json { return try JSONOutput.print(Report(items: entries.map(Line.init))) }
            pager.start()
            var table = Table(
                "N", "AT", "WHO", "WHAT", "ON", "DETAIL", "WORKSPACE", "FROM", giving: ["ON", "DETAIL", "WHO"],
                dropping: ["FROM", "WORKSPACE"])
            for entry in entries {
                table.add(
                    String(entry.seq), Moment.text(entry.at), entry.who, entry.action, entry.subject, entry.detail,
                    entry.workspace, entry.address)
            }
            table.print()
        }
    }
}
