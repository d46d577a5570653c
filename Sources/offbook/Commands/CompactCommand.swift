import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Drop what was deleted long ago, and give back the space.",
        discussion: """
            What is longer in the trash than the retention goes for good, once every node has heard of the
            delete, or was away for 90 days. The server decides that, and tells its clients; so does a library
            without a server that nobody else has ever written into. Everywhere, the file shrinks.

              offbook compact
              offbook compact --retention 7 --data /srv/offbook
            """)

    @Option(help: ArgumentHelp("How long the trash is kept; 30 unless given.", valueName: "days")) var retention: Int?
    @OptionGroup var options: LibraryOptions

    func validate() throws {
        if let retention, !RetentionOption.range.contains(retention) { throw RetentionOption.complaint }
    }

    func run() throws {
        let outcome = try options.library().compact(retentionDays: retention)
        if options.json { return try JSONOutput.print(CompactReport(outcome)) }
        let collection = outcome.collection
        switch collection.role {
        case .collector:
            Console.print(
                "Dropped \(Count.of(collection.tombstones, "deleted thing")), \(Count.of(collection.rows, "row")).")
        case .client: Console.print("The server drops what was deleted long ago; the next sync brings it along.")
        case .shared:
            Console.print(
                "Nothing was dropped: others have written into this library, and without a server nobody knows what "
                    + "they have yet to hear of.")
        }
        if collection.waiting > 0 {
            let whom =
                collection.waitsFor.isEmpty
                ? "nodes that have yet to sync" : collection.waitsFor.joined(separator: ", ")
            Console.print(
                "\(Count.of(collection.waiting, "more")) \(collection.waiting == 1 ? "waits" : "wait") for \(whom).")
        }
        Console.print("The library had \(outcome.bytesBefore) bytes, and has \(outcome.bytesAfter).")
    }
}

/// What `compact` prints as JSON.
struct CompactReport: Encodable {
    /// collector, client or shared.
    var role: String
    /// Deleted things that are gone, each with what belonged to it.
    var dropped: Int
    var rows: Int
    /// Deleted things whose time is over, and that some node may not know to be deleted.
    var waiting: Int
    var waitsFor: [String]
    var bytesBefore: Int64
    var bytesAfter: Int64

    init(_ outcome: CompactOutcome) {
        role = "\(outcome.collection.role)"
        dropped = outcome.collection.tombstones
        rows = outcome.collection.rows
        waiting = outcome.collection.waiting
        waitsFor = outcome.collection.waitsFor
        bytesBefore = outcome.bytesBefore
        bytesAfter = outcome.bytesAfter
    }

    enum CodingKeys: String, CodingKey {
        case role, dropped, rows, waiting
        case waitsFor = "waits_for"
        case bytesBefore = "bytes_before"
        case bytesAfter = "bytes_after"
    }
}

/// How many days of trash somebody may ask for.
enum RetentionOption {
    static let range = 0...36_500
    static let complaint = ValidationError("--retention takes a number of days, 0 to 36500.")
}
