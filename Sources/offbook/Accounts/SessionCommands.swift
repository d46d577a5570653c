import ArgumentParser
import ReplicaStore
import SyncClient
import SyncEngine

struct Logout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Sign out of a server, on this machine.",
        discussion: """
            Libraries stay, and go on offline; they sync again once you have signed in and connected again.

              offbook logout
            """)

    @OptionGroup var options: AccountOptions

    private struct Report: Encodable { var server: String }

    func run() async throws {
        let credential = try options.credential()
        do {
            let _: ServerAnswer.Done = try await options.api().send(.post, "auth/logout", ServerAPI.Nothing())
        } catch let error as TransportError {
            throw CommandError(.offline, "\(error); you are still signed in, as the server has to end the key")
        } catch let problem as APIProblem where problem.code == "unauthorized" {
            // It has ended already.
        }
        try options.data.directory.forgetCredential(url: credential.url)
        if options.json { return try JSONOutput.print(Report(server: credential.url)) }
        Console.print("Signed out of \(credential.url).")
    }
}

struct Whoami: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Show as whom you are signed in.", discussion: "  offbook whoami")

    @OptionGroup var options: AccountOptions

    private struct Report: Encodable {
        var server: String
        var email: String
        var name: String
        var workspaces: [ServerAnswer.Workspace]
    }

    func run() async throws {
        let credential = try options.credential()
        let session: ServerAnswer.Session = try await options.api().get("auth/session")
        if options.json {
            return try JSONOutput.print(
                Report(
                    server: credential.url, email: session.user.email, name: session.user.name,
                    workspaces: session.workspaces))
        }
        Console.print("\(session.user.email) at \(credential.url)")
        for workspace in session.workspaces { Console.print("  \(workspace.role) of “\(workspace.name)”") }
    }
}

struct WorkspacesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workspaces", abstract: "Your workspaces on a server.",
        discussion: """
              offbook workspaces
              offbook workspaces create 'Stage team'
            """,
        subcommands: [List.self, Create.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List your workspaces on a server.",
            discussion: "  offbook workspaces list")

        @OptionGroup var options: AccountOptions

        func run() async throws {
            let list: ServerAnswer.List<ServerAnswer.Workspace> = try await options.api().get("workspaces")
            if options.json { return try JSONOutput.print(list) }
            var table = Table("NAME", "ROLE", "ID", giving: ["NAME"])
            for workspace in list.items { table.add(workspace.name, workspace.role, workspace.id ?? "") }
            table.print()
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a workspace on a server.",
            discussion: """
                A library that is there already makes its own with offbook connect.

                  offbook workspaces create 'Stage team'
                """)

        @Argument(help: "What it is called.") var name: String
        @OptionGroup var options: AccountOptions

        private struct NewWorkspace: Encodable { var name: String }

        func run() async throws {
            let made: ServerAnswer.Workspace = try await options.api().send(
                .post, "workspaces", NewWorkspace(name: name))
            if options.json { return try JSONOutput.print(made) }
            Console.print("Made the workspace “\(made.name)”; you are its owner.")
        }
    }
}
