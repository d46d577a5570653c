import ArgumentParser
import Changesets
import PromptLibrary
import ReplicaStore

struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Completions that were queued: your own.",
        discussion: """
            The team server runs them, or the daemon of one of your machines; answers come with a sync.

              offbook jobs list
              offbook jobs show 1a2b3c4d --wait
            """,
        subcommands: [List.self, Show.self, Cancel.self, Retry.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List your jobs, the newest first.",
            discussion: "  offbook jobs list --state queued --state running")

        @Option(help: "queued, running, done, failed or cancelled; may be given several times.")
        var state: [JobState] = []
        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().jobs(in: Set(state), page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("There are no jobs.") }
            var table = Table(
                "JOB", "STATE", "PROMPT", "MODEL", "RUNNER", "QUEUED", "ERROR", giving: ["PROMPT", "ERROR"],
                dropping: ["RUNNER", "ERROR"])
            for job in listing.items {
                table.add(
                    job.shortID, job.state.rawValue, job.prompt ?? "", job.model ?? "", job.runner,
                    Moment.text(job.createdAt), job.error ?? "")
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print the answer to a job.",
            discussion: """
                  offbook jobs show 1a2b3c4d
                  offbook jobs show 1a2b3c4d --wait --timeout 60
                """)

        @Argument(help: .job) var job: String
        @Flag(help: "Wait for the answer, and sync for it.") var wait = false
        @Option(help: ArgumentHelp("How long to wait at most.", valueName: "seconds")) var timeout = 600
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            if timeout < 1 { throw ValidationError("--timeout takes a number of at least 1.") }
        }

        func run() async throws {
            let library = try options.library()
            let found = try library.job(job)
            guard wait else {
                if options.json { return try JSONOutput.print(found) }
                return try JobPrint.printAnswer(found, isJSON: false)
            }
            let transport = try options.transport(of: library)
            let ended = try await JobWait(library: library, transport: transport, seconds: timeout).wait(for: found.id)
            try JobPrint.printAnswer(ended, isJSON: options.json)
        }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "Want a job no more.", discussion: "  offbook jobs cancel 1a2b3c4d")

        @Argument(help: .job) var job: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().cancelJob(job)
            if options.json { return try JSONOutput.print(view) }
            Console.print("Cancelled the job \(view.shortID).")
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry", abstract: "Run a job again that failed or was cancelled.",
            discussion: """
                  offbook jobs retry 1a2b3c4d
                  offbook jobs retry 1a2b3c4d --here
                """)

        @Argument(help: .job) var job: String
        @Flag(help: "By this machine's daemon from now on.") var here = false
        @Flag(help: "By the team server from now on.") var server = false
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            if here, server { throw ValidationError("Give --here or --server, not both.") }
        }

        func run() throws {
            let library = try options.library()
            let runner: JobRunner? = try here ? .node(library.replica.replicaID().rowID) : server ? .server : nil
            let view = try library.retryJob(job, on: runner)
            if options.json { return try JSONOutput.print(view) }
            Console.print("The job \(view.shortID) waits for \(view.runner).")
        }
    }
}

extension JobState: ExpressibleByArgument {}

extension ArgumentHelp {
    fileprivate static let job = ArgumentHelp("Its id, or digits that it begins or ends with.", valueName: "job")
}
