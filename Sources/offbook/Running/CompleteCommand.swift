import ArgumentParser
import Completions
import PromptLibrary
import PromptRunning
import ReplicaStore

struct Complete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Run a prompt, and print the answer.",
        discussion: """
            What comes on standard input is said after the prompt, or is all that is said where the prompt is “-”.

            Routes: cache (an answer that is kept, here or by the workspace), local (a model server on this machine,
            also the one that OFFBOOK_LOCAL_MODELS names), server (the team server), direct (a provider with a key
            on this machine) and queue (later, by the team server, or this machine's daemon). Without --route they
            are tried in that order; one is passed over where nobody is reached or has the model, never where
            somebody refuses. A queued completion is no answer yet: without --route queue the status is 5 then.

              offbook complete greeting --var name=Ada --model gpt-4o
              git diff | offbook complete review --level high --style bpe
              echo 'What is a tonos?' | offbook complete - --model llama3.2 --route local
              offbook complete greeting --var name=Ada --model gpt-4o --route queue --wait
            """)

    @Argument(help: ArgumentHelp("The prompt, or - for none.", valueName: "prompt")) var name: String
    @Option(
        name: .customLong("var"), parsing: .singleValue,
        help: ArgumentHelp("A variable; may be given several times.", valueName: "name=value"))
    var variables: [String] = []
    @Option(
        help: ArgumentHelp("A JSON or YAML file of variables.", valueName: "file"), completion: .file())
    var varsFile: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Said after the prompt.", valueName: "text"))
    var input: String?
    @OptionGroup var how: RunOptions
    @Flag(help: "Print the answer when it is whole.") var noStream = false
    @Flag(help: "Where it is queued, wait for the answer, and sync for it.") var wait = false
    @Option(help: ArgumentHelp("How long to wait at most.", valueName: "seconds")) var timeout = 600
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        try VariableArguments.check(variables, "--var")
        if timeout < 1 { throw ValidationError("--timeout takes a number of at least 1.") }
        guard name == "-" else {
            if varsFile == "-", input == nil {
                throw ValidationError("Standard input is the input, or --vars-file: give --input too.")
            }
            return
        }
        if how.version != nil || how.label != nil || !variables.isEmpty || varsFile != nil {
            throw ValidationError("--version, --label and variables are for a prompt, and “-” is none.")
        }
    }

    func run() async throws {
        let library = try options.library()
        var wish = try how.wish(
            name == "-" ? nil : name, VariableArguments.values(variables, file: varsFile))
        wish.input = try said()
        wish.isStreaming = !noStream && !options.json
        let ready = wish
        try await Interruption.ending { try await complete(ready, library) }
    }

    private func said() throws -> String? {
        if let input { return input }
        guard name == "-" || !Console.isInputTerminal else { return nil }
        return try InputFile.text("-")
    }

    private func complete(_ wish: CompletionWish, _ library: Library) async throws {
        var node = try how.nodeRun(library, options.data.directory)
        let print = AnswerPrint(isStreaming: wish.isStreaming, isJSON: options.json)
        node.whenSaid = { print.piece($0) }
        let result = try await node.run(wish)
        node.whenRun(result)
        switch result.end {
        case .failed(let error):
            print.breakLine()
            throw error
        case .answered(let answer): try print.end(answer, result)
        case .queued(let job): try await queued(job, library)
        }
    }

    private func queued(_ job: JobView, _ library: Library) async throws {
        guard wait else { return try report(job) }
        Console.error("offbook: queued as \(job.shortID), for \(job.runner); waiting for the answer")
        let transport = try options.transport(of: library)
        let ended = try await JobWait(library: library, transport: transport, seconds: timeout).wait(for: job.id)
        try JobPrint.printAnswer(ended, isJSON: options.json)
    }

    private func report(_ job: JobView) throws {
        if options.json {
            try JSONOutput.print(job)
        } else if how.route == .queue {
            Console.print(job.id)
        }
        guard how.route != .queue else { return }
        throw CommandError(
            .offline, "queued, for \(job.runner) to run: see the answer with offbook jobs show \(job.shortID)")
    }
}
