import ArgumentParser
import SyncClient

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "API keys, by which programs act for you.",
        discussion: """
              offbook keys
              offbook keys create 'nightly export' --permission read
            """,
        subcommands: [List.self, Create.self, Revoke.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List your keys, those of your machines too.",
            discussion: "  offbook keys list")

        @OptionGroup var options: AccountOptions

        func run() async throws {
            let list: ServerAnswer.List<ServerAnswer.Key> = try await options.api().get("users/me/api-keys")
            if options.json { return try JSONOutput.print(list) }
            var table = Table("KEY", "NAME", "MAY", "USED", "ID", giving: ["NAME"], dropping: ["USED"])
            for key in list.items {
                table.add(
                    "\(key.prefix)…", key.name, key.permissions.joined(separator: " "), key.lastUsedAt ?? "", key.id)
            }
            table.print()
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a key.",
            discussion: """
                  offbook keys create 'nightly export' --permission read
                  offbook connect https://prompts.example.org --token obk_…
                """)

        @Argument(help: "What it is for.") var name: String
        @Option(help: ArgumentHelp("read, write or admin; several may be given. All unless given.", valueName: "what"))
        var permission: [String] = []
        @OptionGroup var options: AccountOptions

        private struct NewKey: Encodable {
            var name: String
            var permissions: [String]?
        }

        func run() async throws {
            let made: ServerAnswer.Key = try await options.api().send(
                .post, "users/me/api-keys", NewKey(name: name, permissions: permission.isEmpty ? nil : permission))
            if options.json { return try JSONOutput.print(made) }
            Console.print(made.key ?? "")
            Console.error("Keep it: it is not shown again.")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End a key.", discussion: "  offbook keys revoke 'nightly export'")

        @Argument(help: "Its name, its id or its first characters.") var key: String
        @OptionGroup var options: AccountOptions

        private struct Report: Encodable { var revoked: String }

        func run() async throws {
            let api = try options.api()
            let list: ServerAnswer.List<ServerAnswer.Key> = try await api.get("users/me/api-keys")
            let found = list.items.filter { $0.name == key || $0.id == key || $0.prefix == key }
            guard let only = found.first, found.count == 1 else {
                throw CommandError(
                    .notFound,
                    found.isEmpty ? "there is no key “\(key)”" : "several keys answer to “\(key)”: give an id")
            }
            let _: ServerAnswer.Done = try await api.send(.delete, "users/me/api-keys/\(only.id)", ServerAPI.Nothing())
            if options.json { return try JSONOutput.print(Report(revoked: only.id)) }
            Console.print("Revoked “\(only.name)”.")
        }
    }
}
