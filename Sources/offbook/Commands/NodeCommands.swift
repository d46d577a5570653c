import ArgumentParser
import Changesets
import PromptLibrary
import ReplicaStore

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a library.",
        discussion: """
              offbook init --name 'Support team' --node alice-laptop
              offbook init --example
            """)

    @Option(help: ArgumentHelp("What the workspace is called.", valueName: "name")) var name: String?
    @Option(help: ArgumentHelp("What to call this machine.", valueName: "name")) var node: String?
    @Flag(help: "Put a few good example prompts in.") var example = false
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let workspaces = options.workspaces(node: node)
        if name == nil, !workspaces.isEmpty {
            throw LibraryError(
                .conflict,
                "there is a library in \(options.data.directory.path) already; give --name to make another one")
        }
        let library = try workspaces.create(named: name ?? Machine.userName)
        if example { _ = try library.importPrompts(ImportRequest(ExamplePrompts.file())) }
        let status = try library.status()
        if options.json { return try JSONOutput.print(StatusReport(status, server: nil)) }
        Console.print("Made the workspace “\(status.workspaceName)” in \(options.data.directory.path).")
        Console.print(example ? "Have a look: offbook list" : "Add a prompt: offbook new NAME --body TEXT")
    }
}

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how this library stands.", discussion: "  offbook status")

    @OptionGroup var options: LibraryOptions

    func run() throws {
        let status = try options.library().status()
        let server = try options.data.directory.connection(of: status.workspace)?.url
        if options.json { return try JSONOutput.print(StatusReport(status, server: server)) }
        StatusText.print(status, server: server)
    }
}

struct Digest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Print a hash of what the library shows.",
        discussion: """
            Two libraries with the same one are equal.

              offbook digest
            """)

    @OptionGroup var options: LibraryOptions

    private struct Report: Encodable { var digest: String }

    func run() throws {
        let digest = try options.library().digest()
        if options.json { try JSONOutput.print(Report(digest: digest)) } else { Console.print(digest) }
    }
}

/// Bare `offbook`: the state, and what to do next.
struct Overview: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "overview", shouldDisplay: false)

    /// A command that there is not ends up here, as this is the default.
    @Argument(parsing: .allUnrecognized) var rest: [String] = []
    /// Here and not the parser's own, which would take the option from every command.
    @Flag(name: .customLong("version"), help: "Print the version.") var printsVersion = false
    @OptionGroup var options: LibraryOptions

    private func refuseUnknownCommand() throws {
        guard let first = rest.first else { return }
        let option = "there is no option “\(first)”; see: offbook --help\nUsage: offbook COMMAND …"
        throw CommandError(.usage, UnknownCommand.complaint(about: rest) ?? option)
    }

    func run() throws {
        try refuseUnknownCommand()
        if printsVersion { return Console.print(Offbook.version) }
        let workspaces = options.workspaces()
        guard !workspaces.isEmpty else {
            Console.print("There is no library in \(options.data.directory.path) yet.")
            Console.print("  offbook init --example                 make one, with a few prompts to look at")
            Console.print("  offbook new NAME --body TEXT           make one with your first prompt")
            Console.print("  offbook connect URL --token TOKEN      get your team's")
            return
        }
        let library = try workspaces.open(options.selector)
        let status = try library.status()
        let server = try options.data.directory.connection(of: status.workspace)?.url
        if options.json { return try JSONOutput.print(StatusReport(status, server: server)) }
        StatusText.print(status, server: server)
        let diverged = try library.divergenceCount()
        Console.print()
        if diverged > 0 {
            Console.print("  offbook branches     \(Count.of(diverged, "version has", "versions have")) diverged")
        }
        if server != nil { Console.print("  offbook sync         push and pull") }
        Console.print("  offbook list         what is in it")
        Console.print("  offbook --help       everything else")
    }
}

enum StatusText {
    static func print(_ status: ReplicaStatus, server: String?) {
        Console.print(
            Style.bold(status.workspaceName.isEmpty ? "(not synced yet)" : status.workspaceName)
                + " on \(status.nodeName)")
        Console.print(
            "  \(Count.of(status.prompts, "prompt")), \(Count.of(status.versions, "version")), \(status.inTrash) in the trash"
        )
        if status.lostAccess {
            Console.print("  You do not belong to this workspace any more: what it held is gone from here.")
        }
        let unsent = status.unsentRows + status.unfoldedChanges
        let news = unsent == 0 ? "nothing to send" : "about \(Count.of(unsent, "changed row")) to send"
        Console.print(
            "  \(server.map { "server \($0), \(news)" } ?? "no server: offbook connect, or export and import files")")
        if status.conflicts > 0 {
            Console.print("  \(Count.of(status.conflicts, "overwritten value")) in the journal: offbook conflicts")
        }
        if status.orphans > 0 {
            Console.print("  \(Count.of(status.orphans, "row")) set aside: offbook orphans")
        }
        if let key = status.publicKey { Console.print("  signs files by the key \(hexadecimal(key))") }
    }
}

/// What `status` prints as JSON.
struct StatusReport: Encodable {
    var workspace: String
    var workspaceID: String
    var node: String
    var replicaID: String
    var prompts: Int
    var versions: Int
    var trash: Int
    var conflicts: Int
    var orphans: Int
    var unsent: Int
    var position: Int64
    var server: String?
    /// By which others check what this node signs: hexadecimal digits.
    var publicKey: String?
    /// Whether its user does not belong to the workspace any more.
    var lostAccess: Bool

    init(_ status: ReplicaStatus, server: String?) {
        workspace = status.workspaceName
        workspaceID = status.workspace.hex
        node = status.nodeName
        replicaID = status.replica.rowID.hex
        prompts = status.prompts
        versions = status.versions
        trash = status.inTrash
        conflicts = status.conflicts
        orphans = status.orphans
        unsent = status.unsentRows + status.unfoldedChanges
        position = status.position
        self.server = server
        publicKey = status.publicKey.map { hexadecimal($0) }
        lostAccess = status.lostAccess
    }

    enum CodingKeys: String, CodingKey {
        case workspace, node, prompts, versions, trash, conflicts, orphans, unsent, position, server
        case workspaceID = "workspace_id"
        case replicaID = "replica_id"
        case publicKey = "public_key"
        case lostAccess = "lost_access"
    }
}
