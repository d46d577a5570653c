import AccessControl
import ArgumentParser
import Changesets
import DirectoryStore
import PromptLibrary
import ReplicaStore

extension Admin {
    struct Seed: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "seed", abstract: "Put in an example: a workspace, people of each role, and prompts.",
            discussion: """
                For trying a server out. The passwords work once, for choosing others. Ada runs the server.

                  offbook admin seed --data /srv/offbook
                """)

        @Option(help: ArgumentHelp("What the workspace is called.", valueName: "name")) var workspace = "Example team"
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        private struct Person: Encodable {
            var email: String
            var role: String
            var password: String
        }

        private struct Report: Encodable {
            var workspace: String
            var workspaceID: String
            var prompts: Int
            var people: [Person]

            enum CodingKeys: String, CodingKey {
                case workspace, prompts, people
                case workspaceID = "workspace_id"
            }
        }

        private static let people = [
            SeedPerson(email: "ada@example.org", name: "Ada", role: .owner),
            SeedPerson(email: "grace@example.org", name: "Grace", role: .admin),
            SeedPerson(email: "alan@example.org", name: "Alan", role: .member),
            SeedPerson(email: "joan@example.org", name: "Joan", role: .viewer),
        ]

        func run() throws {
            let id = RowID.uuid7(at: systemMilliseconds())
            let passwords = try DirectoryStore(data.directory).seed(workspace: workspace, id: id, Self.people)
            let prompts = try fill(id)
            let people = zip(Self.people, passwords).map {
                Person(email: $0.email, role: $0.role.rawValue, password: $1)
            }
            if json {
                return try JSONOutput.print(
                    Report(workspace: workspace, workspaceID: id.hex, prompts: prompts, people: people))
            }
            Console.error("Made “\(workspace)” with \(Count.of(prompts, "prompt")). The passwords work once:")
            var table = Table("EMAIL", "ROLE", "PASSWORD")
            for person in people { table.add(person.email, person.role, person.password) }
            table.print()
        }

        /// - Returns: how many prompts there are then.
        private func fill(_ id: RowID) throws -> Int {
            let data = data.directory
            let replica = try data.locked {
                try data.create(
                    Replica.Founding(workspace: id, workspaceName: workspace, nodeName: "server", userName: "server"))
            }
            let library = Library(replica)
            _ = try library.importPrompts(ImportRequest(ExamplePrompts.file()))
            _ = try library.createGroup("Good to start with", description: "Prompts that need no preparation.")
            for prompt in ["summarise-for-a-busy-reader", "explain-to-a-newcomer"] {
                try library.place(prompt, in: "Good to start with", .last)
            }
            let count = try library.status().prompts
            try replica.close()
            return count
        }
    }
}
