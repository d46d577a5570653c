import ArgumentParser
import PromptLibrary
import ReplicaStore
import SyncEngine

/// What `offbook sync` does with a folder.
struct FolderSyncCommand {
    let path: String
    let node: String?
    let isQuiet: Bool
    let options: LibraryOptions

    func run() throws {
        let shared = try SharedFolder(path)
        let (library, isNew) = try options.workspaces(node: node).library(for: shared, options.selector)
        if isNew { Console.error("Made the workspace from \(path) in \(options.data.directory.path).") }
        let summary = try library.sync(through: shared) {
            if !isQuiet { Console.progress("\($0.filesRead) files read, received \($0.received)") }
        }
        if !isQuiet { Console.progress("") }
        try KeptTexts(options.data.directory).removePurged(in: library)
        let diverged = try library.divergenceCount()
        try report(FolderSyncReport(summary, diverged: diverged))
        warn(summary, diverged)
        // What was not taken for good, or could not be written, is a failure, though the rest was done.
        if summary.writeFailure != nil || !summary.denials.isEmpty { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    private func report(_ report: FolderSyncReport) throws {
        if options.json { return try JSONOutput.print(report) }
        guard !isQuiet else { return }
        Console.print(
            "Sent \(Count.of(report.sent, "row")), received \(report.received), merged \(report.merged), diverged \(report.diverged)."
        )
    }

    private func warn(_ summary: FolderSyncSummary, _ diverged: Int) {
        if diverged > 0 { Console.error("Two people wrote at once: offbook branches") }
        for file in summary.passedOver { Console.error("\(file.name): \(file.reason); passed over for now") }
        if summary.parked > 0 {
            Console.error(
                "\(Count.of(summary.parked, "row")) from a clock more than a day ahead set aside: offbook orphans")
        }
        for row in summary.denials { Console.error("not taken: \(row.text)") }
        for row in summary.leftOut { Console.error("not written: \(row.text)") }
        if summary.wasReparented {
            Console.error("This library was a copy, or restored from a backup: it goes on as a new node.")
        }
        if !summary.strangers.isEmpty {
            Console.error(
                "The folder was without this workspace until now; it has \(Count.of(summary.strangers.count, "other"))."
            )
        }
        if let reason = summary.writeFailure { Console.error("offbook: nothing could be written: \(reason)") }
    }
}

/// What a sync through a folder prints as JSON.
struct FolderSyncReport: Encodable {
    struct Files: Encodable {
        var read: Int
        var written: Int
        var removed: Int
        /// Each with why.
        var passedOver: [String]

        enum CodingKeys: String, CodingKey {
            case read, written, removed
            case passedOver = "passed_over"
        }
    }

    var sent: Int
    var received: Int
    var merged: Int
    var conflicts: Int
    /// Divergences in the library now.
    var diverged: Int
    var denied: [String]
    var skipped: [String]
    var reparented: Bool
    var files: Files
    /// Why nothing could be written; absent where nothing failed.
    var writeFailure: String?

    init(_ summary: FolderSyncSummary, diverged: Int) {
        sent = summary.sent
        received = summary.received
        merged = summary.merged
        conflicts = summary.conflicts
        self.diverged = diverged
        denied = summary.denials.map(\.text)
        skipped = summary.leftOut.map(\.text)
        reparented = summary.wasReparented
        files = Files(
            read: summary.filesRead, written: summary.filesWritten, removed: summary.filesRemoved,
            passedOver: summary.passedOver.map { "\($0.name): \($0.reason)" })
        writeFailure = summary.writeFailure
    }

    enum CodingKeys: String, CodingKey {
        case sent, received, merged, conflicts, diverged, denied, skipped, reparented, files
        case writeFailure = "write_failure"
    }
}
