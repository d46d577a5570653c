import ArgumentParser
import Completions
import PromptLibrary
import PromptRunning
import ReplicaStore

struct Providers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "Who runs models.",
        discussion: """
            They are the workspace's, and travel with it; their keys stay on this machine. Those that the environment
            names are there too: OPENAI_API_KEY, ANTHROPIC_API_KEY, and OFFBOOK_LOCAL_MODELS, the base URL of a
            model server.

              offbook providers add openai --url https://api.openai.com/v1
              offbook providers key openai < key.txt
              offbook providers test openai
            """,
        subcommands: [List.self, Add.self, Change.self, Remove.self, Key.self, Test.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the workspace's providers.", discussion: "  offbook providers list")

        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().providers(page.request)
            let keys = try ProviderKeys(options.data.directory).list()
            let items = listing.items.map { view in
                ProviderReport(provider: view, key: keys.first { $0.provider == view.rowID })
            }
            if options.json { return try JSONOutput.print(Listing(items: items, next: listing.next)) }
            if items.isEmpty { return Console.error("There are no providers; see: offbook providers add --help") }
            var table = Table("NAME", "KIND", "URL", "KEY", "STATE", giving: ["NAME", "URL"])
            for item in items { table.add(item.cells) }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    /// What can be said of one.
    struct Particulars: ParsableArguments {
        @Option(help: "openai, anthropic, or custom for others that speak as OpenAI does.") var kind: ProviderKind?
        @Option(help: ArgumentHelp("The base URL, with the version in it.", valueName: "url")) var url: String?
        @Flag(inversion: .prefixedNo, help: "Whether it is asked at all.") var active: Bool?
        @Flag(name: .customLong("default"), inversion: .prefixedNo, help: "Whether it is asked first.")
        var isDefault: Bool?

        var change: ProviderChange {
            ProviderChange(kind: kind, baseURL: url, isActive: active, isDefault: isDefault)
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a provider.",
            discussion: """
                  offbook providers add openai --url https://api.openai.com/v1
                  offbook providers add vllm --kind custom --url https://llm.example.org/v1
                  offbook providers add ollama --kind custom --url http://127.0.0.1:11434/v1
                """)

        @Argument(help: "What it is called.") var name: String
        @OptionGroup var particulars: Particulars
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            if particulars.url == nil { throw ValidationError("Say with --url where it is.") }
        }

        func run() throws {
            let view = try options.library().addProvider(name, particulars.kind ?? .openai, particulars.change)
            if options.json { return try JSONOutput.print(view) }
            Console.print("Added the provider “\(view.name)”.")
        }
    }

    struct Change: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change a provider.",
            discussion: "  offbook providers set openai --default --url https://eu.api.openai.com/v1")

        @Argument(help: .provider) var provider: String
        @Option(help: ArgumentHelp("Its new name.", valueName: "new-name")) var name: String?
        @OptionGroup var particulars: Particulars
        @OptionGroup var options: LibraryOptions

        func run() throws {
            var change = particulars.change
            change.name = name
            let view = try options.library().changeProvider(provider, change)
            if options.json { return try JSONOutput.print(view) }
            Console.print("Changed the provider “\(view.name)”.")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a provider, its models, and its key on this machine.",
            discussion: "  offbook providers remove openai")

        @Argument(help: .provider) var provider: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let library = try options.library()
            let view = try library.provider(provider)
            try library.removeProvider(view.id)
            if let id = view.rowID { try ProviderKeys(options.data.directory).remove(id) }
            try Acknowledgement.print("Removed the provider “\(view.name)”.", options)
        }
    }

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "key", abstract: "Give this machine the key of a provider.",
            discussion: """
                It is read from standard input, or asked for. It is sealed in the data directory, never travels, and
                is sent nowhere but to where the provider is now: with another base URL it has to be given anew.

                  offbook providers key openai < key.txt
                  offbook providers key openai --remove
                """)

        @Argument(help: .provider) var provider: String
        @Flag(help: "Forget the key.") var remove = false
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().provider(provider)
            let keys = ProviderKeys(options.data.directory)
            guard let id = view.rowID else { return }
            guard !remove else {
                let had = try keys.remove(id)
                return try Acknowledgement.print(
                    had ? "Forgot the key of “\(view.name)”." : "There was no key of “\(view.name)” here.", options)
            }
            let key = try PasswordInput.read("Key of \(view.name): ", fromInput: !Console.isInputTerminal)
            try keys.set(key, of: id, name: view.name, baseURL: view.baseURL)
            try Acknowledgement.print("Keeps the key of “\(view.name)”, for this machine alone.", options)
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Ask a provider for its models, with its key.",
            discussion: """
                  offbook providers test openai
                """)

        @Argument(help: .provider) var provider: String
        @OptionGroup var options: LibraryOptions

        private struct Report: Encodable {
            var provider: String
            var models: [String]
            var latency: Int64

            enum CodingKeys: String, CodingKey {
                case provider, models
                case latency = "latency_ms"
            }
        }

        func run() async throws {
            let library = try options.library()
            let found = try options.data.directory.providerSources.provider(named: provider, in: library)
            let check = try await Upstream().check(found)
            let milliseconds = Int64(check.latency / .milliseconds(1))
            if options.json {
                return try JSONOutput.print(
                    Report(provider: found.name, models: check.models, latency: milliseconds))
            }
            Console.print(
                "“\(found.name)” answers in \(milliseconds) ms, and has \(Count.of(check.models.count, "model")).")
        }
    }
}

/// A provider with what may be shown of its key on this machine.
struct ProviderReport: Encodable {
    var provider: ProviderView
    var key: ProviderKeyNote?

    private enum CodingKeys: String, CodingKey { case key }

    private var keyText: String? { key.map { "…\($0.ending)" } }

    func encode(to encoder: any Encoder) throws {
        try provider.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(keyText, forKey: .key)
    }

    var cells: [String] {
        let states = [provider.isDefault ? "default" : nil, provider.isActive ? nil : "inactive"].compactMap { $0 }
        return [
            provider.name, provider.kind, provider.baseURL, keyText ?? "none", states.joined(separator: " "),
        ]
    }
}

extension ProviderKind: ExpressibleByArgument {}

extension ArgumentHelp {
    static let provider = ArgumentHelp("The provider, by name or id.", valueName: "provider")
}
