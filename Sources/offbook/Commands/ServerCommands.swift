import AccessControl
import ArgumentParser
import DirectoryStore
import Logging
import PromptLibrary
import ReplicaStore
import TeamServer

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the team server.",
        discussion: """
            A server whose clock has jumped by more than an hour merges nothing, until the clock is right again or
            somebody says that it is: here, or with offbook doctor.

              offbook serve --data /srv/offbook
              offbook serve --listen 127.0.0.1:0
              offbook serve --retention 90
              offbook serve --sendmail 'sendmail -i -t' --behind-proxy

            On an empty directory it makes an owner, and prints their password once.
            """)

    @Option(help: ArgumentHelp("Address and port; port 0 takes any free one.", valueName: "host:port"))
    var listen = "127.0.0.1:7331"
    @Flag(help: "Say that this machine's clock is right, though it has jumped.") var acceptClock = false
    @Option(help: ArgumentHelp("How long what was deleted can be brought back; 30 unless given.", valueName: "days"))
    var retention: Int?
    @Option(help: ArgumentHelp("How often it drops what was deleted longer ago.", valueName: "minutes"))
    var collectEvery = 60.0
    @OptionGroup var accounts: AccountPolicyOptions
    @OptionGroup var data: DataOptions

    func validate() throws {
        if let retention, !RetentionOption.range.contains(retention) { throw RetentionOption.complaint }
        guard (0.001...100_000).contains(collectEvery) else {
            throw ValidationError("--collect-every takes a number of minutes, such as 60.")
        }
    }

    private var collection: TeamServer.Collection {
        TeamServer.Collection(
            interval: .seconds(collectEvery * 60), retention: retention.map { Int64($0) * CollectionTerms.day })
    }

    func run() async throws {
        let (host, port) = try address()
        let logger = Self.logger()
        var configuration = TeamServer.Configuration(
            host: host, port: port, acceptsClock: acceptClock, collection: collection)
        try accounts.apply(to: &configuration)
        let server = try TeamServer(data.directory, configuration, logger: logger)
        let path = data.directory.path
        let owner = accounts.owner
        let password = try server.createFirstOwner(email: owner)
        do {
            try await server.run { port in
                Self.announce("http://\(host):\(port)", path)
                if let password { Self.introduce(owner, password) }
            }
        } catch let error as any CustomStringConvertible & Error where "\(error)".contains("bind") {
            throw CommandError(.failure, "\(listen) can't be listened on: \(error)")
        }
    }

    private func address() throws -> (String, Int) {
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]) else {
            throw ValidationError("--listen takes an address and a port, such as 127.0.0.1:7331.")
        }
        return (String(listen[..<colon]), Int(port))
    }

    private static func logger() -> Logger {
        guard Console.isErrorTerminal else { return Logger(label: "offbook") { JSONLogHandler(label: $0) } }
        return Logger(label: "offbook") { StreamLogHandler.standardError(label: $0) }
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
