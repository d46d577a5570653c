import AccessControl
import ArgumentParser
import DirectoryStore
import Logging
import ReplicaStore
import TeamServer

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the team server.",
        discussion: """
            A server whose clock has jumped by more than an hour merges nothing, until the clock is right again or
            somebody says that it is: here, or with offbook doctor.

            Of what is said of a setting several times, this counts: an option, then the environment (OFFBOOK_LISTEN
            is --listen), then the file of --config. On an empty directory it makes an owner, and prints their
            password once. It listens for other machines with TLS only, unless told otherwise.

              offbook serve --data /srv/offbook
              offbook serve --listen 127.0.0.1:0
              offbook serve --tls-certificate cert.pem --tls-key key.pem
              offbook serve --retention 90
              offbook serve --sendmail 'sendmail -i -t' --behind-proxy
            """)

    @Flag(help: "Say that this machine's clock is right, though it has jumped.") var acceptClock = false
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let settings = try server.settings()
        var configuration = try settings.configuration()
        configuration.acceptsClock = acceptClock
        let logger = try settings.logger()
        let data = settings.data
        try data.prepare()
        let lock = try ServerLock(data, .serving)
        defer { withExtendedLifetime(lock) {} }
        if let backup = try Migrations.run(data) {
            logger.notice("migrated", metadata: ["backup": "\(backup.path)"])
        }
        try await serve(try TeamServer(data, configuration, logger: logger), configuration, settings)
    }

    private func serve(
        _ server: TeamServer, _ configuration: TeamServer.Configuration, _ settings: ServerSettings
    ) async throws {
        let owner = settings.owner
        let path = settings.data.path
        let password = try server.createFirstOwner(email: owner)
        do {
            try await server.run { port in
                Self.announce(configuration.address(port: port), path)
                if let password { Self.introduce(owner, password) }
            }
        } catch let error as any CustomStringConvertible & Error where "\(error)".contains("bind") {
            // It is made, and would be lost.
            if let password { Self.introduce(owner, password) }
            throw CommandError(.failure, "\(settings[.listen].text) can't be listened on: \(error)")
        }
    }

    /// Where only whoever started it reads it: not in the log.
    private static func introduce(_ owner: String, _ password: String) {
        Console.print("The owner's password, which works once and is not shown again: \(password)")
        Console.print("Sign in with it on a client: offbook login URL --email \(owner)")
    }

    private static func announce(_ url: String, _ path: String) {
        Console.print("listening on \(url)")
        guard Console.isOutputTerminal else { return }
        Console.print("Make a token on this machine:   offbook token create --workspace NAME --data '\(path)'")
        Console.print("Then, on a client:              offbook connect \(url) --token TOKEN")
    }
}

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens by which nodes reach a workspace of this server.",
        subcommands: [Create.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a token, and its workspace where there is none yet.",
            discussion: """
                Whoever has it acts in the workspace as its role allows.

                  offbook token create --workspace 'Support team' --data /srv/offbook
                  offbook token create --workspace Support --role viewer --data /srv/offbook
                """)

        @Option(help: ArgumentHelp("The workspace's name.", valueName: "name")) var workspace: String
        @Option(help: "viewer, member, admin or owner.") var role = "owner"
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        private struct Report: Encodable { var token: String }

        func run() throws {
            guard !workspace.isEmpty else { throw ValidationError("A workspace needs a name.") }
            guard let role = Role(named: role) else {
                throw ValidationError("--role takes one of: viewer, member, admin, owner.")
            }
            let token = try DirectoryStore(data.directory).createToken(workspace: workspace, role: role)
            if json { return try JSONOutput.print(Report(token: token)) }
            Console.print(token)
            Console.error(
                "Keep it: it is not shown again. On a client: offbook connect URL --token \(token.prefix(8))…")
        }
    }
}
