import ArgumentParser
import PromptLibrary
import PromptRunning

struct Terms: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms", abstract: "What the workspace says of completions: models, limits, sharing.",
        discussion: """
            Limits hold for a month, by UTC, and are the team server's to keep.

              offbook terms show
              offbook terms set --cost-limit 100 --allow gpt-4o --allow gpt-4o-mini
              offbook terms set --cost-limit none --share-answers
            """,
        subcommands: [Show.self, Put.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show them.", discussion: "  offbook terms show")

        @OptionGroup var options: LibraryOptions

        func run() throws { try options.library().workspaceTerms().print(options) }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change some of them; “none” takes one away.",
            discussion: """
                Admins may. What is not named stays as it is.

                  offbook terms set --cost-limit 100 --token-limit none
                """)

        @Option(help: ArgumentHelp("What may be spent in a month.", valueName: "dollars")) var costLimit: Term?
        @Option(help: ArgumentHelp("What may be used in a month.", valueName: "tokens")) var tokenLimit: Term?
        @Option(help: ArgumentHelp("Of one answer.", valueName: "tokens")) var maxTokens: Term?
        @Option(help: ArgumentHelp("Who is asked where nobody says.", valueName: "model")) var defaultModel: Term?
        @Option(help: ArgumentHelp("0 to 2, where nobody says.", valueName: "number")) var defaultTemperature: Term?
        @Option(
            parsing: .singleValue,
            help: ArgumentHelp(
                "A model that may be asked; none for all. May be given several times.", valueName: "model"))
        var allow: [Term] = []
        @Flag(inversion: .prefixedNo, help: "Whether answers that the server keeps come to the nodes.")
        var shareAnswers: Bool?
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            let isSaid = [costLimit, tokenLimit, maxTokens, defaultModel, defaultTemperature].contains { $0 != nil }
            guard isSaid || !allow.isEmpty || shareAnswers != nil else {
                throw ValidationError("Say what to change, such as --cost-limit 100.")
            }
            if allow.count > 1, allow.contains(.none) {
                throw ValidationError("Give --allow models or none, not both.")
            }
        }

        func run() throws { try options.library().changeWorkspaceTerms(apply).print(options) }

        private func apply(to terms: inout WorkspaceTerms) throws {
            if let costLimit { try terms.limitCost(to: costLimit.number("--cost-limit")) }
            if let tokenLimit { terms.tokenLimit = try tokenLimit.number("--token-limit") }
            if let maxTokens { terms.maxTokens = try maxTokens.number("--max-tokens") }
            if let defaultModel { terms.defaultModel = defaultModel.text }
            if let defaultTemperature {
                terms.defaultTemperature = try defaultTemperature.number("--default-temperature")
            }
            if !allow.isEmpty { terms.allowedModels = allow == [.none] ? nil : allow.compactMap(\.text) }
            if let shareAnswers { terms.sharesAnswers = shareAnswers }
        }
    }

    /// What an option says, or that nothing is to be said of it.
    enum Term: Equatable, ExpressibleByArgument {
        case none
        case said(String)

        init(argument: String) { self = argument == "none" ? .none : .said(argument) }

        var text: String? {
            if case .said(let text) = self { text } else { nil }
        }

        func number<Number: LosslessStringConvertible>(_ option: String) throws -> Number? {
            guard let text else { return nil }
            guard let number = Number(text) else {
                throw ValidationError("\(option) takes a number or none, not “\(text)”.")
            }
            return number
        }
    }
}

extension WorkspaceTerms {
    fileprivate func print(_ options: LibraryOptions) throws {
        if options.json { return try JSONOutput.print(self) }
        var table = Table("TERM", "VALUE")
        table.add("cost limit", costLimit.map { "$\(Money.text(Double($0) / 1e9)) a month" } ?? "none")
        table.add("token limit", tokenLimit.map { "\($0) a month" } ?? "none")
        table.add("max tokens", maxTokens.map { "\($0) an answer" } ?? "none")
        table.add("default model", defaultModel ?? "none")
        table.add("default temperature", defaultTemperature.map { "\($0)" } ?? "none")
        table.add("allowed models", allowedModels.map { $0.joined(separator: " ") } ?? "all")
        table.add("shares answers", sharesAnswers ? "yes" : "no")
        table.print()
    }
}
