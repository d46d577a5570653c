import ArgumentParser
import PromptFiles
import PromptLibrary
import ReplicaStore

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the library to a changeset file, or its prompts to a folder of files.",
        discussion: """
            Another node takes a changeset in with offbook import: two nodes can live on a USB stick.
            A folder has a file a prompt, to be read, reviewed and edited, in git for example; offbook import
            takes the edits in again. What was edited there and not imported is not overwritten.

            A signed changeset shows that it is this node's and that nobody changed it, to whoever has this
            node's key from a sync or an earlier file. offbook config set export.sign yes signs them all.

              offbook export /media/usb/team.offbook
              offbook export news.offbook --since 4021
              offbook export prompts/ --format markdown
              offbook export prompts.jsonl --format jsonl --tag production
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case changeset, markdown, prompty, json, jsonl }

    @Argument(help: "The file or folder to write; - for standard output.", completion: .file()) var path: String
    @Option(help: "changeset, markdown, prompty, json (folders of one file a prompt), or jsonl.") var format: Format?
    @Option(help: ArgumentHelp("A changeset: only what changed here after this position.", valueName: "position"))
    var since: Int64 = 0
    @Flag(inversion: .prefixedNo, help: "A changeset: sign it by this node's key.") var sign: Bool?
    @OptionGroup(title: "Which prompts a folder or jsonl gets") var filter: ExportFilterOptions
    @Flag(help: "A folder: overwrite files though they were edited by hand.") var force = false
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if since < 0 { throw ValidationError("--since takes a position that an export has named.") }
        guard let format, format != .changeset else { return }
        if since > 0 { throw ValidationError("--since is for changesets.") }
        if sign != nil { throw ValidationError("--sign is for changesets.") }
    }

    func run() throws {
        let library = try options.library()
        switch try format ?? guess() {
        case .changeset: try exportChangeset(library)
        case let format where sign != nil && format != .changeset:
            throw CommandError(.usage, "--sign is for changesets, and \(path) is a folder of \(format.rawValue)")
        case .jsonl: try exportLines(library)
        case .markdown: try exportFolder(.markdown, library)
        case .prompty: try exportFolder(.prompty, library)
        case .json: try exportFolder(.json, library)
        }
    }

    /// A folder that was exported before is exported again.
    private func guess() throws -> Format {
        guard path != "-", let register = try FolderRegister(in: path) else { return .changeset }
        return Format(rawValue: register.format.rawValue) ?? .changeset
    }

    private struct ChangesetExport: Encodable {
        var rows: Int
        /// For `--since` of the next export.
        var position: Int64
    }

    private func exportChangeset(_ library: Library) throws {
        if path != "-", isFolder {
            throw CommandError(.usage, "\(path) is a folder; say --format markdown, prompty or json")
        }
        let isSigned = try sign ?? library.signsExports()
        guard path != "-" else {
            _ = try library.replica.export(since: since, isSigned: isSigned) { Console.write($0) }
            return
        }
        let output = try OutputFile(path)
        let (rows, position) = try library.replica.export(since: since, isSigned: isSigned) { try output.write($0) }
        try output.finish()
        if options.json { return try JSONOutput.print(ChangesetExport(rows: rows, position: position)) }
        Console.print("Wrote \(Count.of(rows, "row")) to \(path), up to position \(position).")
    }

    private struct LinesExport: Encodable { var prompts: Int }

    private func exportLines(_ library: Library) throws {
        let filter = try library.filter(filter.request)
        guard path != "-" else {
            _ = try library.exportLines(filter) { Console.write($0) }
            return
        }
        let output = try OutputFile(path)
        let count = try library.exportLines(filter) { try output.write($0) }
        try output.finish()
        if options.json { return try JSONOutput.print(LinesExport(prompts: count)) }
        Console.print("Wrote \(Count.of(count, "prompt")) to \(path).")
    }

    private func exportFolder(_ format: PromptDocumentFormat, _ library: Library) throws {
        guard path != "-" else {
            throw CommandError(.usage, "a folder can't be written to standard output; use --format jsonl")
        }
        let filter = try library.filter(filter.request)
        let report = try Machine.forOthers { try library.exportFolder(path, as: format, filter, isForced: force) }
        if options.json { return try JSONOutput.print(report) }
        Console.print(
            "\(Count.of(report.written, "file")) written to \(path), \(report.unchanged) unchanged, \(report.removed) removed."
        )
        if report.diverged > 0 {
            Console.error(
                "\(Count.of(report.diverged, "prompt")) diverged: only the head is in the file; see offbook branches")
        }
        for reason in report.left { Console.error("left out: \(reason)") }
        if !report.left.isEmpty { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    private var isFolder: Bool { Machine.isFolder(path) }
}

/// Which prompts an export takes: `--since` means something else there.
struct ExportFilterOptions: ParsableArguments {
    @Option(help: "Only those with this tag.") var tag: String?
    @Option(help: "Only those of this category.") var category: String?
    @Option(help: "Only those of this project.") var project: String?
    @Flag(help: "Only your favourites.") var favourite = false
    @Flag(help: "Only templates.") var templates = false
    @Flag(help: "Archived ones too.") var all = false

    var request: FilterRequest {
        var request = FilterRequest()
        request.tag = tag
        request.category = category
        request.project = project
        request.isFavourite = favourite
        request.isTemplate = templates
        request.archived = all ? .shown : .hidden
        return request
    }
}
