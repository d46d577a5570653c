import ArgumentParser
import PromptLibrary
import PromptRunning
import ReplicaStore

struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "What models providers have, and what they cost.",
        discussion: """
            A provider of which no models are listed is asked for any. A cost is counted where the price is known.

              offbook models list
              offbook models set openai gpt-4o --input-price 2.5 --output-price 10
            """,
        subcommands: [List.self, Change.self, Remove.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List models, with the prices that hold now.",
            discussion: """
                Prices are in dollars a million tokens.

                  offbook models list --provider openai
                """)

        @Option(help: .provider) var provider: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().models(of: provider, page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("No models are listed.") }
            var table = Table(
                "MODEL", "PROVIDER", "CONTEXT", "INPUT", "OUTPUT", "CAN", "STATE", giving: ["MODEL", "CAN"],
                dropping: ["CAN"])
            for model in listing.items { table.add(model.cells) }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Change: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "List a model of a provider, or change what is said of it.",
            discussion: """
                Prices are in dollars a million tokens, and hold from a day on; what costs nothing is 0, and what is
                left out is not known.

                  offbook models set ollama llama3.2 --context 128000 --can streaming
                  offbook models set openai gpt-4o --input-price 2.5 --cached-price 1.25
                """)

        @Argument(help: .provider) var provider: String
        @Argument(help: ArgumentHelp("What the provider calls it.", valueName: "model")) var model: String
        @Option(help: ArgumentHelp("What it is called here.", valueName: "text")) var name: String?
        @Option(
            parsing: .singleValue,
            help: ArgumentHelp("Such as streaming, tools and vision; may be given several times.", valueName: "what"))
        var can: [String] = []
        @Option(help: ArgumentHelp("How much it can read.", valueName: "tokens")) var context: Int64?
        @Option(help: ArgumentHelp("Of input.", valueName: "dollars")) var inputPrice: String?
        @Option(help: ArgumentHelp("Of input that the provider had cached.", valueName: "dollars"))
        var cachedPrice: String?
        @Option(help: ArgumentHelp("Of input that the provider puts into its cache.", valueName: "dollars"))
        var cacheWritePrice: String?
        @Option(help: ArgumentHelp("Of output.", valueName: "dollars")) var outputPrice: String?
        @Option(help: "Which prices these are: standard, batch or long.") var tier = PriceTier.standard
        @Option(help: ArgumentHelp("Above so much input the prices of long hold.", valueName: "tokens"))
        var longAbove: Int64?
        @Option(
            help: ArgumentHelp("From when the prices hold, such as 2026-01-31; today without it.", valueName: "day"))
        var from: String?
        @Option(help: ArgumentHelp("0 to 2, where nobody says otherwise.", valueName: "number"))
        var temperature: Double?
        @Option(help: ArgumentHelp("Of an answer, where nobody says otherwise.", valueName: "tokens"))
        var maxTokens: Int64?
        @Flag(inversion: .prefixedNo, help: "Whether it is asked at all.") var active: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether it will go.") var deprecated: Bool?
        @OptionGroup var options: LibraryOptions

        private var hasPrice: Bool {
            [inputPrice, cachedPrice, cacheWritePrice, outputPrice].contains { $0 != nil } || longAbove != nil
        }

        func validate() throws {
            if from != nil || tier != .standard, !hasPrice {
                throw ValidationError("--from and --tier are for a price.")
            }
            if let longAbove, longAbove < 1 { throw ValidationError("--long-above takes a number of at least 1.") }
        }

        func run() throws {
            let library = try options.library()
            var change = ModelChange()
            (change.name, change.maxContextLength) = (name, context)
            change.capabilities = can.isEmpty ? nil : can
            (change.defaultTemperature, change.defaultMaxTokens) = (temperature, maxTokens)
            (change.isActive, change.isDeprecated) = (active, deprecated)
            if let price = try price() {
                let known = try library.models(of: provider).items.first { $0.modelID == model }
                change.prices = price.added(to: known?.prices ?? [])
            }
            let view = try library.setModel(model, of: provider, change)
            if options.json { return try JSONOutput.print(view) }
            Console.print("“\(view.provider ?? provider)” has the model “\(view.modelID)”.")
        }

        private func price() throws -> ModelPrice? {
            guard hasPrice else { return nil }
            let tier = try ModelPrice.Tier(
                input: inputPrice.map(ModelPrice.nanodollars), cachedInput: cachedPrice.map(ModelPrice.nanodollars),
                cacheWrite: cacheWritePrice.map(ModelPrice.nanodollars),
                output: outputPrice.map(ModelPrice.nanodollars))
            return ModelPrice(self.tier, tier, from: from, longAbove: longAbove)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take a model off the list.",
            discussion: "  offbook models remove openai gpt-4o")

        @Argument(help: .provider) var provider: String
        @Argument(help: ArgumentHelp("What the provider calls it.", valueName: "model")) var model: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            try options.library().removeModel(model, of: provider)
            try Acknowledgement.print("Took the model “\(model)” off the list.", options)
        }
    }
}

extension ModelView {
    fileprivate var cells: [String] {
        let now = systemMilliseconds()
        let tier = price(at: now)?.standard
        let states = [isActive ? nil : "inactive", isDeprecated ? "deprecated" : nil].compactMap { $0 }
        return [
            modelID, provider ?? "", maxContextLength.map { String($0) } ?? "", Self.text(tier?.input),
            Self.text(tier?.output), capabilities.joined(separator: " "), states.joined(separator: " "),
        ]
    }

    private static func text(_ nanodollars: Int64?) -> String {
        nanodollars.map { "$" + Money.text(Double($0) / 1000) } ?? ""
    }
}

extension PriceTier: ExpressibleByArgument {}
