import ArgumentParser
import Changesets
import DirectoryStore
import PromptLibrary
import ReplicaStore
import SyncClient
import SyncEngine

struct Connect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Say which server this library syncs with.",
        discussion: """
            In an empty data directory it makes the library, which the next sync fills. Without a token it goes by
            offbook login: a library of your own goes on as a new workspace of the server, with you as its owner.

              offbook connect https://prompts.example.org
              offbook connect https://prompts.example.org --to 'Stage team'
              offbook connect http://127.0.0.1:7331 --token obt_…
            """)

    @Argument(help: "The server's address.") var url: String
    @Option(help: "An API key, or a token that offbook token create made. Or set OFFBOOK_TOKEN.") var token: String?
    @Option(help: ArgumentHelp("The server's workspace, by name or id.", valueName: "workspace")) var to: String?
    @Option(help: ArgumentHelp("What to call this machine.", valueName: "name")) var node: String?
    @Flag(help: "Bring this library's prompts into the server's workspace.") var adopt = false
    @OptionGroup var options: LibraryOptions

    private struct Report: Encodable {
        var workspace: String
        var workspaceID: String
        var outcome: String

        enum CodingKeys: String, CodingKey {
            case workspace, outcome
            case workspaceID = "workspace_id"
        }
    }

    /// A login and an API key open all workspaces of their account, a token of `token create` one.
    private var opensSeveral: Bool { givenToken?.hasPrefix(APIKey.prefix) ?? true }

    private var givenToken: String? { token ?? DataOptions.nonEmpty("OFFBOOK_TOKEN") }

    func validate() throws {
        if to != nil, !opensSeveral { throw ValidationError("The token is for one workspace: --to is for a login.") }
    }

    func run() async throws {
        let url = try HTTPSyncTransport.base(of: url)
        let workspaces = options.workspaces(node: node)
        let token = try givenToken ?? options.data.directory.credential(for: url).key
        let target = opensSeveral ? try await target(workspaces, url, token) : nil
        let transport = try HTTPSyncTransport(url: url, token: token)
        let outcome = try await workspaces.connect(
            ServerConnection(url: url, token: token), over: transport, options.selector, adopting: adopt,
            renamingNode: node, target: target)
        if options.json {
            return try JSONOutput.print(
                Report(
                    workspace: outcome.workspaceName, workspaceID: outcome.workspace.hex,
                    outcome: "\(outcome.change)"))
        }
        Console.print("Connected to “\(outcome.workspaceName)” at \(url). Now: offbook sync")
    }

    private struct NewWorkspace: Encodable {
        var id: String
        var name: String
    }

    /// The workspace that a login means, which is made where it is a new one.
    private func target(_ workspaces: Workspaces, _ url: String, _ token: String) async throws -> RowID {
        let api = try ServerAPI(url: url, token: token)
        let list: ServerAnswer.List<ServerAnswer.Workspace> = try await api.get("workspaces")
        let target = try workspaces.connectTarget(
            options.selector, among: list.items.compactMap(\.known), named: to, adopting: adopt)
        switch target {
        case .existing(let id): return id
        case .new(let id, let name):
            let _: ServerAnswer.Workspace = try await api.send(
                .post, "workspaces", NewWorkspace(id: id.hex, name: name))
            return id
        }
    }
}

struct Sync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Push what changed here, and pull what changed elsewhere.",
        discussion: """
            Without a folder, with the server that offbook connect named. A folder is on a stick, is kept in step
            by a program such as Syncthing, or is a checkout of a repository: each node puts files of its own into
            it, and takes in those of the others. Where there is no library here yet, it is made from the folder.

              offbook sync
              offbook sync /media/usb/prompts
            """)

    @Argument(help: "A folder to exchange files through, in place of the server.", completion: .directory)
    var folder: String?
    @Option(help: ArgumentHelp("What to call this machine, where a library is made.", valueName: "name")) var node:
        String?
    @Flag(name: .shortAndLong, help: "Print nothing where all goes well.") var quiet = false
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if node != nil, folder == nil { throw ValidationError("--node is for a library that a folder makes.") }
    }

    func run() async throws {
        if let folder { return try FolderSyncCommand(path: folder, node: node, isQuiet: quiet, options: options).run() }
        let library = try options.library()
        guard let transport = try options.transport(of: library) else {
            throw LibraryError(.notConnected, "this library has no server yet; name one with offbook connect")
        }
        let bar = ProgressBar(isShown: !quiet)
        let summary = try await library.sync(over: transport) { bar.show($0) }
        bar.clear()
        try KeptTexts(options.data.directory).removePurged(in: library)
        try report(SyncReport(summary, diverged: library.divergenceCount()))
    }

    private func report(_ report: SyncReport) throws {
        if options.json { return try JSONOutput.print(report) }
        if !quiet { printCounts(report) }
        warn(report)
    }

    private func printCounts(_ report: SyncReport) {
        Console.print(
            "Sent \(Count.of(report.sent, "row")), received \(report.received), merged \(report.merged), diverged \(report.diverged)."
        )
    }

    private func warn(_ report: SyncReport) {
        if report.reparented {
            Console.error("This library was a copy, or restored from a backup: it goes on as a new node.")
        }
        if report.restamped { Console.error("This machine's clock is ahead of the server's: set it.") }
        if report.newEpoch {
            Console.error("The server lost something or is a new one: everything here was sent again.")
        }
        warnOfLosses(report)
        for row in report.denied { Console.error("refused by the server, and set aside: \(row)") }
        for row in report.skipped { Console.error("not transferred: \(row)") }
        if report.diverged > 0 { Console.error("Two people wrote at once: offbook branches") }
    }

    private func warnOfLosses(_ report: SyncReport) {
        if report.lostAccess {
            Console.error("You do not belong to this workspace any more: what it held is gone from here.")
        } else if report.lost > 0 {
            Console.error("You may not see \(Count.of(report.lost, "row")) any more: gone from here.")
        }
        if report.setAside > 0 {
            Console.error(
                "What you had changed of it, \(Count.of(report.setAside, "row")), is set aside: offbook orphans")
        }
    }
}

/// What a sync prints as JSON.
struct SyncReport: Encodable {
    var sent: Int
    var received: Int
    var merged: Int
    var conflicts: Int
    /// Divergences in the library now.
    var diverged: Int
    var denied: [String]
    var skipped: [String]
    var reparented: Bool
    var restamped: Bool
    var newEpoch: Bool
    /// Rows that went, as they may not be seen here any more.
    var lost: Int
    /// Those of them that had been changed here.
    var setAside: Int
    /// Whether its user does not belong to the workspace any more.
    var lostAccess: Bool

    init(_ summary: SyncSummary, diverged: Int) {
        sent = summary.sent
        received = summary.received
        merged = summary.merged
        conflicts = summary.conflicts
        self.diverged = diverged
        denied = summary.denials.map(\.text)
        skipped = summary.skipped.map(\.text)
        reparented = summary.wasReparented
        restamped = summary.wasRestamped
        newEpoch = summary.metNewEpoch
        lost = summary.losses.rows
        setAside = summary.losses.setAside
        lostAccess = summary.lostAccess
    }

    enum CodingKeys: String, CodingKey {
        case sent, received, merged, conflicts, diverged, denied, skipped, reparented, restamped, lost
        case newEpoch = "new_epoch"
        case setAside = "set_aside"
        case lostAccess = "lost_access"
    }
}

extension RowDenial {
    /// For people.
    var text: String { "\(table) \(row.hex.suffix(8)): \(reason)" }
}
