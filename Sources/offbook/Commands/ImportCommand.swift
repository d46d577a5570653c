import ArgumentParser
import Changesets
import PromptFiles
import PromptLibrary
import ReplicaStore

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take prompts in from files and folders.",
        discussion: """
            A changeset of another node; prompts as CSV, JSON or JSON lines; one prompt as Markdown (with
            front matter or without), .prompty or a template of llm; or a folder of these, or of folders with
            a system.md each. The same file twice changes nothing.

            From a folder that offbook export wrote, an edited file is a new version of the text it was
            exported from, and its front matter then names that version. Files that are gone are reported;
            with --prune their prompts go to the trash. Labels never move.

            A changeset whose signature is wrong is never taken. One that nobody signed, or that is signed by a
            key that is not known here as its sender's, is taken unless offbook config has import.unsigned or
            import.unknown-signer as refuse. A key is known by an earlier sync or file, never by the file itself.

              offbook import prompts.csv
              offbook import /media/usb/team.offbook
              offbook import prompts/ --dry-run
              curl -s https://example.com/prompts.json | offbook import -
            """)

    enum FileType: String, ExpressibleByArgument, CaseIterable {
        case changeset, csv, json, jsonl, markdown, prompty
        case llmTemplate = "llm-template"
    }

    @Argument(help: "Files or folders, or - for standard input.", completion: .file()) var paths: [String]
    @Option(name: .customLong("as"), help: "What the file is, where its name and content do not tell.")
    var type: FileType?
    @Flag(help: "Only say what would happen.") var dryRun = false
    @Flag(help: "Move prompts whose files are gone from an exported folder to the trash.") var prune = false
    @Option(
        help: ArgumentHelp(
            "A changeset: take it if it is signed by this key, and only then, whatever the settings are.",
            valueName: "key"))
    var signedBy: String?
    @Option(help: ArgumentHelp("What to call this machine, where a library is made.", valueName: "name")) var node:
        String?
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if let signedBy, RowID(hex: signedBy)?.length != 32 {
            throw ValidationError("--signed-by takes a key of 64 hexadecimal digits, as offbook status shows it.")
        }
        if paths.isEmpty { throw ValidationError("Say what to import: files, folders, or - for standard input.") }
        if paths.count > 1, paths.contains("-") { throw ValidationError("Standard input (-) comes alone.") }
        if paths.count > 1, options.json { throw ValidationError("--json takes one file or folder at a time.") }
    }

    func run() throws {
        var isWhole = true
        for path in paths { isWhole = try take(path) && isWhole }
        // Rows that were not taken are a failure, though the others were.
        if !isWhole { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    /// - Returns: whether all of it was taken.
    private func take(_ path: String) throws -> Bool {
        if path != "-", Machine.isFolder(path) {
            return try FolderImport(command: self, path: path).run()
        }
        let bytes = try InputFile.bytes(path, atMost: LibraryLimits.importFileBytesMax)
        guard try type ?? recognise(bytes, path) != .changeset else { return try takeChangeset(bytes, path) }
        let file = try read(bytes, path)
        say(
            "\(path): \(file.kind) with \(Count.of(file.request.documents.count + file.request.rejected.count, "prompt"))"
        )
        return try takePrompts(file.request, path)
    }

    private func recognise(_ bytes: [UInt8], _ path: String) throws -> FileType {
        if ChangesetFile.isRecognised(bytes) { return .changeset }
        if let format = PromptDocumentFormat.recognise(path: path), let type = FileType(rawValue: format.rawValue),
            type != .json
        {
            return type
        }
        if let format = PromptFile.recognise(bytes), let type = FileType(rawValue: format.rawValue) { return type }
        // Reading says best what is missing.
        _ = try PromptFile.read(bytes)
        throw CommandError(.failure, "\(path) is no changeset and no file of prompts; say what it is with --as")
    }

    private func read(_ bytes: [UInt8], _ path: String) throws -> (request: ImportRequest, kind: String) {
        let type = try type ?? recognise(bytes, path)
        switch type {
        case .csv: return (ImportRequest(try PromptFile.read(bytes, as: .csv)), "CSV")
        case .json: return (ImportRequest(try PromptFile.read(bytes, as: .json)), "JSON")
        case .jsonl: return (ImportRequest(try PromptFile.read(bytes, as: .jsonl)), "JSON lines")
        case .markdown, .prompty, .llmTemplate, .changeset:
            guard let format = PromptDocumentFormat(rawValue: type.rawValue) else {
                throw CommandError(.usage, "--as \(type.rawValue) does not fit \(path)")
            }
            var document = try PromptDocument.read(bytes, as: format)
            document.name = document.name ?? Machine.stem(path)
            let names: [PromptDocumentFormat: String] = [
                .markdown: "Markdown", .prompty: "Prompty", .llmTemplate: "an llm template",
            ]
            return (ImportRequest(documents: [PlacedDocument(document, line: 1)]), names[format] ?? format.rawValue)
        }
    }

    private func takePrompts(_ request: ImportRequest, _ path: String) throws -> Bool {
        var request = request
        request.isDryRun = dryRun
        let (report, _) = try importing(request)
        try show(report, path)
        return report.rejected.isEmpty
    }

    func importing(_ request: ImportRequest) throws -> (
        report: ImportReport, origins: [String: PromptDocument.Origin]
    ) {
        let (library, isNew) = try options.workspaces(node: node).openOrCreatePersonal(options.selector)
        if isNew { Console.error("Made a personal workspace in \(options.data.directory.path).") }
        let total = request.documents.count
        let result = try library.importPrompts(request) { done in
            if done % 50 == 0 { Console.progress("\(done) of \(total)") }
        }
        Console.progress("")
        return result
    }

    func show(_ report: ImportReport, _ path: String) throws {
        if options.json { try JSONOutput.print(report) } else { print(report) }
        guard !options.json else { return }
        for row in report.rejected {
            let place = [path == "-" ? "standard input" : path, row.path].compactMap { $0 }.joined(separator: "/")
            Console.error("\(place):\(row.line): \(row.reason)")
        }
        if !report.rejected.isEmpty {
            Console.error("\(Count.of(report.rejected.count, "row")) not taken; the rest was.")
        }
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
        if report.diverged > 0 {
            Console.error(
                "\(Count.of(report.diverged, "prompt")) had moved on: both texts are kept; see offbook branches")
        }
        for name in report.pruned { Console.error("\(would)moved to the trash: \(name)") }
        for name in report.removed {
            Console.error("its file is gone\(prune ? ", but it was edited here since, and stays" : ""): \(name)")
        }
        if !report.removed.isEmpty, !prune { Console.error("--prune moves these to the trash.") }
        if prune, !report.rejected.isEmpty { Console.error("Nothing is pruned where some files were not taken.") }
    }

    func say(_ line: String) {
        if options.json { Console.error(line) } else { Console.print(line) }
    }
}
