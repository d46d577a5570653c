import ArgumentParser
import ReplicaStore

extension Admin {
    struct BackupCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup", abstract: "Backups of a server's data.",
            discussion: """
                A backup keeps what is in it: what is purged later has to be removed with the backups that hold it.

                  offbook admin backup create --data /srv/offbook
                  offbook admin backup list --data /srv/offbook
                """,
            subcommands: [Create.self, List.self, Restore.self])
    }
}

/// A backup as it is printed.
private struct BackupLine: Encodable {
    var name: String
    var path: String
    var createdAt: Int64
    var reason: String
    var bytes: Int
    var databases: Int

    init(_ backup: Backup) {
        name = backup.name
        path = backup.path
        createdAt = backup.manifest.createdAt
        reason = backup.manifest.reason.rawValue
        bytes = backup.manifest.bytes
        databases = backup.manifest.files.count { $0.schema != nil }
    }

    enum CodingKeys: String, CodingKey {
        case name, path, reason, bytes, databases
        case createdAt = "created_at"
    }
}

extension Admin.BackupCommand {
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a backup, while the server goes on.",
            discussion: """
                It holds one moment of all databases, with the keys beside them, for its owner's eyes only.

                  offbook admin backup create --data /srv/offbook
                  offbook admin backup create --to /mnt/backups --data /srv/offbook
                """)

        @Option(
            help: ArgumentHelp("Where it goes; backups in the data directory unless given.", valueName: "dir"),
            completion: .directory)
        var to: String?
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        func run() throws {
            let backup = try Backups(data.directory, folder: to).create(.asked, offbook: Offbook.version)
            if json { return try JSONOutput.print(BackupLine(backup)) }
            Console.print(backup.path)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the backups, the newest first.",
            discussion: "  offbook admin backup list --data /srv/offbook")

        @Option(
            help: ArgumentHelp("Where they are; backups in the data directory unless given.", valueName: "dir"),
            completion: .directory)
        var from: String?
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        private struct Report: Encodable { var items: [BackupLine] }

        func run() throws {
            let lines = Backups(data.directory, folder: from).list().map(BackupLine.init)
            if json { return try JSONOutput.print(Report(items: lines)) }
            var table = Table("AT", "NAME", "WHY", "DATABASES", "BYTES", giving: ["NAME"])
            for line in lines {
                table.add(
                    Moment.text(line.createdAt), line.name, line.reason, String(line.databases), String(line.bytes))
            }
            table.print()
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Put a backup in the place of the data, while no server runs on it.",
            discussion: """
                What is there now is moved beside it, and not removed. The server goes on as a new node: clients give
                back, with their next sync, what they hold and the backup lacks. Sign-ins and keys are those of the
                backup.

                  offbook admin backup restore 20261121T124005Z --data /srv/offbook
                  offbook admin backup restore /mnt/backups/20261121T124005Z --data /srv/offbook
                """)

        @Argument(help: "Its name, or its path.") var backup: String
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        private struct Report: Encodable {
            var restored: String
            var replaced: String?
        }

        func run() throws {
            let backup = try Backups(data.directory).find(backup)
            let former = try Restoring(data.directory).run(backup)
            if json { return try JSONOutput.print(Report(restored: backup.path, replaced: former)) }
            Console.print("Restored \(backup.path).")
            if let former { Console.print("What was there lies in \(former): remove it once all is well.") }
        }
    }
}
