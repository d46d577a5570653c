import Changesets
import FoundationEssentials
import ReplicaStore

/// What every measurement works with: the rows, a directory that goes when all is done, and new
/// databases.
struct Workbench: Sendable {
    let rows: [PromptRow]
    /// The rows as they are written where nothing else is said: 1,000 a transaction.
    let batches: [[PromptRow]]
    /// The same in an order that is nobody's.
    let shuffledBatches: [[PromptRow]]
    let roundCount: Int
    /// The `offbook` to start.
    let offbook: String
    let workspace: RowID
    /// Rows of the large library, in `scale` and `bootstrap`.
    var libraryRows = 1_000_000
    /// The prompts of an ordinary library: what is served, listed and searched.
    var library: [PromptRow] = []
    /// Replicas and days, in `clocks`.
    var replicas = 500
    var days = 90
    let user: RowID
    private let directory: String
    /// Where no time is measured, an fsync had better be free.
    private let memory: String
    let definition: String

    private static let rowsPerTransaction = 1000

    init(rowCount: Int, roundCount: Int, within parent: String, offbook: String) throws {
        var random = SplitMix64(state: 1)
        workspace = .seeded7(at: 0, &random)
        user = .seeded7(at: 0, &random)
        rows = PromptRow.generated(rowCount, by: user)
        batches = Self.cut(rows)
        shuffledBatches = Self.cut(rows.shuffled(using: &random))
        self.roundCount = roundCount
        self.offbook = offbook
        let name = "offbook-bench.\(UUID().uuidString)"
        directory = "\(parent)/\(name)"
        memory = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm/\(name)" : directory
        for path in [directory, memory] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        definition = try Self.definition(Self.founding(workspace, user), "\(directory)/definition.sqlite")
    }

    /// The table's statement as a replica has it, so that the peer's is the same.
    private static func definition(_ founding: Replica.Founding, _ path: String) throws -> String {
        try Replica.create(path: path, founding)
        let table = try PromptTable(path: path)
        defer { try? table.close() }
        return try table.definition()
    }

    func remove() {
        for path in [directory, memory] { try? FileManager.default.removeItem(atPath: path) }
    }

    static func cut(_ rows: [PromptRow]) -> [[PromptRow]] {
        stride(from: 0, to: rows.count, by: rowsPerTransaction).map {
            Array(rows[$0..<min($0 + rowsPerTransaction, rows.count)])
        }
    }

    /// Lets the contestants run in turn, in each round in the reverse order of the last, so that
    /// what the machine does meanwhile falls on all of them.
    func rounds(count: Int? = nil, _ contestants: (() async throws -> Void)...) async throws {
        for round in 0..<(count ?? roundCount) {
            let order = round.isMultiple(of: 2) ? contestants : contestants.reversed()
            for contestant in order { try await contestant() }
        }
    }

    /// Rows a second, where each sample is the time of all rows.
    func rates(_ samples: Samples) -> Samples { samples.rates(of: rows.count) }

    /// A path where nothing is yet.
    func newPath() -> String { "\(directory)/\(UUID().uuidString)" }

    /// The same, in memory where there is such a place.
    func newPathInMemory() -> String { "\(memory)/\(UUID().uuidString)" }

    static func founding(_ workspace: RowID, _ user: RowID) -> Replica.Founding {
        Replica.Founding(
            workspace: workspace, workspaceName: "bench", nodeName: "bench", userName: "bench", user: user)
    }
}

extension Replica {
    /// Inserts through Offbook's own interface, one transaction a batch.
    func insert(_ batches: [[PromptRow]]) throws {
        for batch in batches {
            try write { transaction in
                for row in batch { try transaction.insert(into: .prompts, row.id, row.columns) }
            }
        }
    }

    func rename(_ batches: [[PromptRow]]) throws {
        for batch in batches {
            try write { transaction in
                for row in batch { try transaction.update(.prompts, row.id, ["name": row.renameValues[0]]) }
            }
        }
    }

    /// A changeset file of what was published here after a position.
    func changeset(since position: Int64 = 0) throws -> (bytes: [UInt8], next: Int64) {
        let file = FileBytes()
        let next = try export(since: position) { file.bytes += $0 }.next
        return (file.bytes, next)
    }
}

/// Where an export goes that is wanted in memory.
private final class FileBytes {
    var bytes: [UInt8] = []
}
