import ArgumentParser
import PromptLibrary
import SyncClient

/// With whom.
struct ShareOptions: ParsableArguments {
    @Argument(help: .group) var group: String
    @Option(help: ArgumentHelp("The address of somebody who has an account on the server.", valueName: "email"))
    var with: String?
    @Flag(help: "Every member of the workspace.") var everyone = false
    @OptionGroup var options: LibraryOptions

    struct Request: Encodable {
        var user: String?
        var workspace: Bool?
        var permission: String?
    }

    func request(_ permission: String?) -> Request {
        Request(user: with, workspace: everyone ? true : nil, permission: permission)
    }

    var isNobody: Bool { with == nil && !everyone }

    func path(in served: ServedLibrary) throws -> String {
        "groups/\(try served.library.group(group).id)/share"
    }

    func report(_ shares: ServerAnswer.List<ServerAnswer.Share>) throws {
        if options.json { return try JSONOutput.print(shares) }
        if shares.items.isEmpty { return Console.error("The group “\(group)” is shared with nobody.") }
        var table = Table("WITH", "MAY", giving: ["WITH"])
        for share in shares.items { table.add(share.user ?? "every member", share.permission) }
        table.print()
    }
}

struct ShareGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share", abstract: "Share a group and the prompts in it.",
        discussion: """
            Who is not in the workspace sees nothing of it but that group. Without --with it says with whom the
            group is shared. The server has to have the group: sync first.

              offbook share onboarding --with grace@example.org
              offbook share onboarding --with grace@example.org --edit
              offbook share onboarding
            """)

    @Flag(help: "They may change the prompts in it, too.") var edit = false
    @OptionGroup var share: ShareOptions

    func run() async throws {
        let served = try ServedLibrary(share.options)
        let path = try share.path(in: served)
        if share.isNobody { return try share.report(try await served.api.get(path)) }
        try share.report(try await served.api.send(.post, path, share.request(edit ? "edit" : "read")))
    }
}

struct UnshareGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unshare", abstract: "Take back that a group is shared.",
        discussion: """
            Their machines drop it with their next sync.

              offbook unshare onboarding --with grace@example.org
            """)

    @OptionGroup var share: ShareOptions

    func validate() throws {
        if share.isNobody { throw ValidationError("Say with whom: --with, or --everyone.") }
    }

    func run() async throws {
        let served = try ServedLibrary(share.options)
        try share.report(try await served.api.send(.delete, share.path(in: served), share.request(nil)))
    }
}
