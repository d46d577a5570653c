import ArgumentParser
import Completions
import PromptLibrary
import PromptRunning
import PromptTemplates

struct TestPrompt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run a prompt on an input, and keep what came of it.",
        discussion: """
            A run is kept with what went in, what came out, what it took, and what people say of it.

              offbook test greeting --input name=Ada --model gpt-4o --rating 4
              offbook test list greeting
            """,
        subcommands: [Run.self, List.self, Show.self, Rate.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run a prompt on an input, and keep what came of it.",
            discussion: """
                  offbook test greeting --input name=Ada --model gpt-4o
                  offbook test run greeting --input-file ada.json --label staging --level low
                """)

        @Argument(help: .prompt) var name: String
        @Option(
            parsing: .singleValue,
            help: ArgumentHelp("A variable; may be given several times.", valueName: "name=value"))
        var input: [String] = []
        @Option(
            help: ArgumentHelp("A JSON or YAML file of variables, or - for standard input.", valueName: "file"),
            completion: .file())
        var inputFile: String?
        @OptionGroup var verdict: Verdict
        @OptionGroup var how: RunOptions
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            try VariableArguments.check(input, "--input")
            if how.route == .queue { throw ValidationError("A test is run now: --route queue is not for it.") }
        }

        func run() async throws {
            let library = try options.library()
            let values = try VariableArguments.values(input, file: inputFile)
            try NewTestRun.check(.object(values), rating: verdict.rating, feedback: verdict.feedback)
            var node = try how.nodeRun(library, options.data.directory)
            (node.isForNow, node.kind) = (true, .test)
            let (ready, wish) = (node, how.wish(name, values))
            try await Interruption.ending {
                let result = try await ready.run(wish)
                try report(keep(result, .object(values), library), result)
            }
        }

        /// Failures too. One that nobody was asked for is none of the prompt's.
        private func keep(_ result: RunResult, _ input: TemplateValue, _ library: Library) throws -> TestRunView? {
            guard let use = result.use else { return nil }
            var run = NewTestRun(version: result.prepared.version, input: input, output: "", use: use)
            switch result.end {
            case .answered(let answer): run.output = answer.text
            case .failed(let error): run.error = "\(error)"
            case .queued: return nil
            }
            (run.rating, run.feedback) = (verdict.rating, verdict.feedback)
            run.isCounted = use.route != .server
            return try library.recordTestRun(of: name, run)
        }

        private func report(_ view: TestRunView?, _ result: RunResult) throws {
            if let view, options.json {
                try JSONOutput.print(view)
            } else if let view {
                Console.printText(Array(view.output.utf8))
                Console.error("offbook: kept as the test run \(view.id.suffix(8)): \(view.measures)")
            }
            if case .failed(let error) = result.end { throw error }
        }
    }

    /// What somebody thinks of it.
    struct Verdict: ParsableArguments {
        @Option(help: ArgumentHelp("1 to 5.", valueName: "number")) var rating: Int?
        @Option(parsing: .unconditional, help: ArgumentHelp("What you think of it.", valueName: "text"))
        var feedback: String?

        func validate() throws {
            if let rating, !(1...5).contains(rating) { throw ValidationError("--rating takes a number from 1 to 5.") }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the test runs of a prompt, the newest first.",
            discussion: "  offbook test list greeting")

        @Argument(help: .prompt) var name: String
        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().testRuns(of: name, page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("“\(name)” was not tested.") }
            var table = Table(
                "RUN", "VERSION", "MODEL", "TOOK", "RATING", "AT", "FEEDBACK", giving: ["FEEDBACK"],
                dropping: ["FEEDBACK"])
            for run in listing.items {
                table.add(
                    String(run.id.suffix(8)), run.version ?? "", run.model, run.measures,
                    run.rating.map { String($0) } ?? "", Moment.text(run.createdAt), run.error ?? run.feedback ?? "")
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print what came of a test run.",
            discussion: "  offbook test show 01998d3c5e6f7a8b9c0d1e2f3a4b5c6d --json")

        @Argument(help: "The test run, by its whole id, as --json shows it.") var id: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().testRun(id)
            if options.json { return try JSONOutput.print(view) }
            Console.printText(Array(view.output.utf8))
        }
    }

    struct Rate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rate", abstract: "Say what you think of a test run.",
            discussion: "  offbook test rate 01998d3c5e6f7a8b9c0d1e2f3a4b5c6d --rating 5")

        @Argument(help: "The test run, by its whole id, as --json shows it.") var id: String
        @OptionGroup var verdict: Verdict
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            if verdict.rating == nil, verdict.feedback == nil {
                throw ValidationError("Give --rating, --feedback or both.")
            }
        }

        func run() throws {
            let view = try options.library().rateTestRun(id, rating: verdict.rating, feedback: verdict.feedback)
            if options.json { return try JSONOutput.print(view) }
            Console.print("Rated the test run \(view.id.suffix(8)).")
        }
    }
}

extension TestRunView {
    /// Such as “100 tokens, 250 ms, $0.002”, as far as it is known.
    fileprivate var measures: String {
        let parts = [
            tokensUsed.map { "\($0) tokens" }, latency.map { "\($0) ms" }, cost.map { "$" + Money.text($0) },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
