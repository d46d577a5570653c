import ArgumentParser
import Completions
import Glibc
import PromptLibrary
import PromptRunning
import ReplicaStore

struct Batch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Run many prompts of a file, several at a time.",
        discussion: """
            Each line of the file is a task in JSON: {"prompt": "say this"}, or {"name": "greeting", "variables":
            {"name": "Ada"}} of a prompt of the library; with --prompt, {"variables": {…}} is enough. A task may have
            an id, r_type (a style), level, model, system, temperature, max_tokens, top_p and stop of its own.

            What is done is written down as it ends: after an interruption, a crash or a lost network the same command
            goes on where it was. The results are in the order of the tasks, one line of JSON each; a task that fails
            says so in its line. The status is 1 where one has failed, 5 where nobody could be reached.

              offbook batch tasks.jsonl --model gpt-4o
              offbook batch inputs.jsonl --prompt greeting --level low --parallel 20 --output greetings.jsonl
              offbook batch tasks.jsonl --model gpt-4o --retry-failed
            """)

    @Argument(help: ArgumentHelp("The tasks, in JSON Lines.", valueName: "file"), completion: .file()) var file: String
    @Option(help: ArgumentHelp("Run this prompt for each task.", valueName: "prompt")) var prompt: String?
    @Option(
        help: ArgumentHelp("Where the results go; FILE.results.jsonl if not given.", valueName: "file"),
        completion: .file())
    var output: String?
    @Option(help: ArgumentHelp("How many run at once, 1 to 50.", valueName: "number"))
    var parallel = BatchRun.parallelDefault
    @Flag(help: "Go on where nobody is reached: what can't be asked has failed.") var keepGoing = false
    @Flag(help: "Run those again that have failed.") var retryFailed = false
    @Flag(help: "Begin anew, and write over results that are there.") var force = false
    @OptionGroup var how: RunOptions
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if how.route == .queue { throw ValidationError("A batch is run now: --route queue is not for it.") }
        if !(1...BatchRun.parallelMax).contains(parallel) {
            throw ValidationError("--parallel takes a number from 1 to \(BatchRun.parallelMax).")
        }
        if prompt == nil, how.version != nil || how.label != nil {
            throw ValidationError("--version and --label are for --prompt.")
        }
    }

    func run() async throws {
        let library = try options.library()
        let bytes = try InputFile.bytes(file, atMost: BatchFile.bytesMax)
        let tasks = try BatchFile.tasks(bytes, base: how.wish(prompt, [:]))
        let place = try BatchPlace(file, output)
        let journal = try place.journal(tasks, force: force, retryFailed: retryFailed)
        var node = try how.nodeRun(library, options.data.directory)
        node.isForNow = true
        node.whenTaken = { _ in }
        let (ready, isJSON) = (node, options.json)
        let run = BatchRun(parallel: parallel, stopsWhereNobodyAnswers: !keepGoing) { task in
            try await ready.answer(task)
        }
        nonisolated(unsafe) let kept = journal
        let command = self
        try await Interruption.ending {
            let totals = try await BatchProgress(tasks.count, kept).run(run, tasks)
            try place.finish(kept, tasks.count)
            try command.report(totals, place, isJSON: isJSON)
        }
    }

    private func report(_ totals: BatchTotals, _ place: BatchPlace, isJSON: Bool) throws {
        if isJSON { try JSONOutput.print(BatchReport(totals, output: place.output)) }
        let counts = "\(Count.of(totals.tasks, "task")): \(totals.succeeded) answered, \(totals.failed) failed"
        Console.error(
            "offbook: \(counts), \(totals.tokens) tokens, $\(Money.text(dollars(Int64(totals.cost)))): \(place.output)")
        if totals.failed > 0 { throw ExitCode(ExitStatus.failure.rawValue) }
    }
}

/// What `batch --json` prints.
struct BatchReport: Encodable {
    var output: String
    var tasks: Int
    var succeeded: Int
    var failed: Int
    var tokens: Int
    /// Dollars, of those whose price is known.
    var cost: Double

    enum CodingKeys: String, CodingKey {
        case output, cost
        case tasks = "total_tasks"
        case succeeded = "successful_tasks"
        case failed = "failed_tasks"
        case tokens = "total_tokens_used"
    }

    init(_ totals: BatchTotals, output: String) {
        (self.output, tasks, succeeded) = (output, totals.tasks, totals.succeeded)
        (failed, tokens, cost) = (totals.failed, totals.tokens, dollars(Int64(totals.cost)))
    }
}

/// Where the results go, and what is remembered until they are all there.
struct BatchPlace {
    let output: String
    var journalPath: String { output + ".part" }

    /// - Throws: `CommandError` where the tasks themselves would be written over.
    init(_ file: String, _ output: String?) throws {
        guard file != "-" || output != nil else {
            throw CommandError(.usage, "tasks from standard input have no name: say with --output where results go")
        }
        let stem = file.hasSuffix(".jsonl") ? String(file.dropLast(6)) : file
        self.output = output ?? "\(stem).results.jsonl"
        for path in [self.output, journalPath] where Self.isSame(path, file) {
            throw CommandError(.usage, "\(path) holds the tasks: say with --output where else the results go")
        }
    }

    private static func isSame(_ path: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(path, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// What an earlier batch brought is taken up with `retryFailed`, and after an interruption of that.
    ///
    /// - Throws: `CommandError` where results are there already.
    func journal(_ tasks: [BatchTask], force: Bool, retryFailed: Bool) throws -> BatchJournal {
        let journal = try BatchJournal(journalPath, for: tasks, isForced: force, keepsFailures: !retryFailed)
        guard !force, FileStatus(output) != nil else { return journal }
        guard retryFailed || !journal.isNew else {
            try journal.remove()
            throw CommandError(
                .conflict, "\(output) is there already: remove it, give --force to begin anew, or --retry-failed")
        }
        journal.adopt(try BatchFile.results(output), for: tasks)
        return journal
    }

    /// Writes the results in the order of the tasks; then nothing else is needed.
    func finish(_ journal: BatchJournal, _ count: Int) throws {
        let file = try OutputFile(output)
        for index in 0..<count {
            guard let result = journal.results[index] else { continue }
            try file.write(result.json.bytes + [UInt8(ascii: "\n")])
        }
        try file.finish()
        try journal.remove()
    }
}

/// The tasks and results of files.
enum BatchFile {
    /// Of tasks, and of results.
    static let bytesMax = 1 << 28

    static func tasks(_ bytes: [UInt8], base: CompletionWish) throws -> [BatchTask] {
        var tasks: [BatchTask] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            guard !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { continue }
            guard tasks.count < BatchTask.countMax else {
                throw CommandError(.failure, "there are more than \(BatchTask.countMax) tasks: split the file")
            }
            tasks.append(try task(tasks.count, line, number + 1, base))
        }
        guard !tasks.isEmpty else { throw CommandError(.failure, "there is no task in it: each line is one, in JSON") }
        return tasks
    }

    private static func task(
        _ index: Int, _ line: ArraySlice<UInt8>, _ number: Int, _ base: CompletionWish
    ) throws -> BatchTask {
        do {
            guard let object = try JSONValue(line).object else {
                throw CommandError(.failure, "it is no object in JSON")
            }
            return try BatchTask(index, object, base: base)
        } catch let fault as BatchFault {
            throw CommandError(.failure, "line \(number): \(fault.field.map { "\($0): " } ?? "")\(fault.message)")
        } catch {
            throw CommandError(.failure, "line \(number): \(error)")
        }
    }

    static func results(_ path: String) throws -> [BatchResult] {
        try InputFile.bytes(path, atMost: bytesMax).split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSONValue(line)).flatMap { BatchResult($0) }
        }
    }
}
