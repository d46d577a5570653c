import ArgumentParser
import Changesets
import Glibc
import PromptFiles
import PromptLibrary
import ReplicaStore

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take prompts in from a file.",
        discussion: """
            A changeset of another node, a CSV of prompts, JSON or JSON lines; the content tells which.
            The same file twice changes nothing.

              offbook import prompts.csv
              offbook import /media/usb/team.offbook
              curl -s https://example.com/prompts.json | offbook import -
            """)

    enum FileType: String, ExpressibleByArgument, CaseIterable { case changeset, csv, json, jsonl }

    @Argument(help: "The file, or - for standard input.", completion: .file()) var file: String
    @Option(name: .customLong("as"), help: "What the file is, where its content does not tell.") var type: FileType?
    @Flag(help: "Only say what would happen.") var dryRun = false
    @Option(help: ArgumentHelp("What to call this machine, where a library is made.", valueName: "name")) var node:
        String?
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let bytes = try InputFile.bytes(file, atMost: LibraryLimits.importFileBytesMax)
        switch try type ?? recognise(bytes) {
        case .changeset: try importChangeset(bytes)
        case .csv: try importPrompts(bytes, .csv)
        case .json: try importPrompts(bytes, .json)
        case .jsonl: try importPrompts(bytes, .jsonl)
        }
    }

    private func recognise(_ bytes: [UInt8]) throws -> FileType {
        if ChangesetFile.isRecognised(bytes) { return .changeset }
        if let format = PromptFile.recognise(bytes), let type = FileType(rawValue: format.rawValue) { return type }
        // Reading says best what is missing.
        _ = try PromptFile.read(bytes)
        throw CommandError(.failure, "\(file) is no changeset, CSV, JSON or JSON lines; say what it is with --as")
    }

    private func importChangeset(_ bytes: [UInt8]) throws {
        let changeset = try ChangesetFile(bytes)
        let header = changeset.header
        say("\(file): a changeset of “\(header.workspaceName)” by \(header.nodeName)")
        if dryRun { return try report(ChangesetReport(ApplySummary(), isDryRun: true)) }
        let (library, isNew) = try options.workspaces(node: node).library(for: changeset, options.selector)
        if isNew {
            Console.error("Made the workspace “\(header.workspaceName)” from it in \(options.data.directory.path).")
        }
        try report(ChangesetReport(try library.replica.join(changeset), isDryRun: false))
    }

    private func report(_ report: ChangesetReport) throws {
        if options.json { return try JSONOutput.print(report) }
        if report.dryRun { return Console.print("It is whole and can be imported.") }
        Console.print(
            report.changed == 0
                ? "Nothing new: all of it is here already."
                : "\(Count.of(report.changed, "row")) changed, \(Count.of(report.conflicts, "conflict")) journalled.")
        for row in report.rejected { Console.error("not taken: \(row)") }
    }

    private func importPrompts(_ bytes: [UInt8], _ format: PromptFileFormat) throws {
        let prompts = try PromptFile.read(bytes, as: format)
        let names = [PromptFileFormat.csv: "CSV", .json: "JSON", .jsonl: "JSON lines"]
        say(
            "\(file): \(names[format] ?? format.rawValue) with \(Count.of(prompts.drafts.count + prompts.rejected.count, "prompt"))"
        )
        let (library, isNew) = try options.workspaces(node: node).openOrCreatePersonal(options.selector)
        if isNew { Console.error("Made a personal workspace in \(options.data.directory.path).") }
        let total = prompts.drafts.count
        let report = try library.importPrompts(prompts, dryRun: dryRun) { done in
            if done % 50 == 0 { Console.progress("\(done) of \(total)") }
        }
        Console.progress("")
        try self.report(report)
    }

    /// Rows that were not taken are a failure, though the others were.
    private func report(_ report: ImportReport) throws {
        if options.json { try JSONOutput.print(report) } else { print(report) }
        if !report.rejected.isEmpty { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    private func print(_ report: ImportReport) {
        let would = dryRun ? "would be " : ""
        if report.changesNothing {
            Console.print("Nothing new: \(Count.of(report.unchanged, "prompt")) here already.")
        } else {
            Console.print(
                "\(report.created) \(would)new, \(report.updated) \(would)updated, \(report.restored) \(would)brought "
                    + "back from the trash, \(report.unchanged) unchanged.")
        }
        for row in report.rejected { Console.error("\(file):\(row.line): \(row.reason)") }
        if !report.rejected.isEmpty {
            Console.error("\(Count.of(report.rejected.count, "row")) not taken; the rest was.")
        }
    }

    private func say(_ line: String) {
        if options.json { Console.error(line) } else { Console.print(line) }
    }
}

/// What importing a changeset prints as JSON.
struct ChangesetReport: Encodable {
    var changed: Int
    var conflicts: Int
    var rejected: [String]
    var dryRun: Bool

    init(_ summary: ApplySummary, isDryRun: Bool) {
        changed = summary.changed
        conflicts = summary.conflicts
        rejected = summary.denied.map(\.text)
        dryRun = isDryRun
    }

    enum CodingKeys: String, CodingKey {
        case changed, conflicts, rejected
        case dryRun = "dry_run"
    }
}

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the library, or what is new in it, to a changeset file.",
        discussion: """
            Another node takes it in with offbook import: two nodes can live on a USB stick.

              offbook export /media/usb/team.offbook
              offbook export news.offbook --since 4021
            """)

    @Argument(help: "The file to write, or - for standard output.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("Only what changed here after this position.", valueName: "position")) var since: Int64 =
        0
    @OptionGroup var options: LibraryOptions

    private struct Report: Encodable {
        var rows: Int
        /// For `--since` of the next export.
        var position: Int64
    }

    func validate() throws {
        if since < 0 { throw ValidationError("--since takes a position that an export has named.") }
    }

    func run() throws {
        let library = try options.library()
        guard file != "-" else {
            _ = try library.replica.export(since: since) { Console.write($0) }
            return
        }
        let output = try OutputFile(file)
        let (rows, position) = try library.replica.export(since: since) { try output.write($0) }
        try output.finish()
        if options.json { return try JSONOutput.print(Report(rows: rows, position: position)) }
        Console.print("Wrote \(Count.of(rows, "row")) to \(file), up to position \(position).")
    }
}

/// A file that appears whole under its name, or not at all.
final class OutputFile {
    private let path: String
    private let draft: String
    private let file: Int32
    private var isFinished = false

    init(_ path: String) throws {
        self.path = path
        draft = "\(path).\(UInt32.random(in: .min ... .max)).partial"
        file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CommandError(.failure, "\(path) can't be written: \(Self.reason)") }
        DoomedFile.doom(draft)
    }

    deinit {
        close(file)
        if !isFinished { unlink(draft) }
        DoomedFile.spare()
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw CommandError(.failure, "\(path) can't be written: \(Self.reason)") }
            rest = rest.dropFirst(written)
        }
    }

    /// A dot leaves a machine only after it is on the disk.
    func finish() throws {
        guard fsync(file) == 0, rename(draft, path) == 0 else {
            throw CommandError(.failure, "\(path) can't be written: \(Self.reason)")
        }
        isFinished = true
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
