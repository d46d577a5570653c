package import Changesets
package import ReplicaStore

/// What a replica does with a shared folder once it has joined what is in it: decided by the sets of
/// files alone, without any I/O (`sync-protocol/folder.md`).
package struct FolderPlan {
    /// A whole file that is there, of a replica that wrote it or joined it.
    package struct Entry: Hashable {
        package var name: String
        package var file: FolderFile

        package init(name: String, file: FolderFile) {
            self.name = name
            self.file = file
        }
    }

    package enum Writing: Equatable {
        case nothing
        /// What was published after one position, up to another.
        case part(since: Int64, upTo: Int64)
        case whole
    }

    /// More files of its own than this, and a replica writes one in place of them all.
    package static let ownFilesMax = 32
    /// Below this, in bytes, its files may be as large as they are.
    package static let ownBytesUnquestioned: Int64 = 1 << 20

    private let replica: ReplicaID
    private let entries: [Entry]
    private let noted: [NotedFile]

    package init(replica: ReplicaID, entries: [Entry], noted: [NotedFile]) {
        self.replica = replica
        self.entries = entries
        self.noted = noted
    }

    /// The positions of this replica whose rows are in the folder.
    package var held: [ClosedRange<Int64>] {
        noted.filter { note in entries.contains { $0.file == note.file || $0.file.covers(note.file) } }
            .flatMap(\.positions).united
    }

    private var own: [Entry] { entries.filter { $0.file.writer == replica && $0.file.next > 0 } }

    /// - Parameter missing: from the first to the last row whose position is not `held`.
    package func writing(missing: ClosedRange<Int64>?) -> Writing {
        if !stale.isEmpty { return .whole }
        guard let missing else { return .nothing }
        let part = Writing.part(since: missing.lowerBound - 1, upTo: missing.upperBound)
        guard let end = own.map(\.file.next).max() else { return hasWritten ? .whole : part }
        return missing.lowerBound > end && !isCompactionDue ? part : .whole
    }

    /// Files of this replica that may hold what has been purged since.
    package var stale: [FolderFile] {
        let files = Set(noted.filter { $0.isStale && $0.file.writer == replica }.map(\.file))
        return entries.map(\.file).filter(files.contains)
    }

    /// Whether there ever was a file of this replica, here or in another folder.
    private var hasWritten: Bool { noted.contains { $0.file.writer == replica && $0.file.next > 0 } }

    private var isCompactionDue: Bool {
        let bytes = own.reduce(Int64(0)) { $0 + $1.file.size }
        let largest = entries.filter { $0.file.since == 0 }.map(\.file.size).max() ?? 0
        return own.count >= Self.ownFilesMax || bytes > max(Self.ownBytesUnquestioned, 2 * largest)
    }

    /// Names of files of this replica that a later one of its own covers.
    ///
    /// - Parameter written: what has just been written, if anything.
    package func removable(besides written: Entry?) -> [String] {
        let all = entries.filter { $0.file.writer == replica } + (written.map { [$0] } ?? [])
        guard let latest = all.filter({ $0.file.since == 0 }).max(by: { $0.file.next < $1.file.next }) else {
            return []
        }
        // Of two that cover each other, the one just written stays.
        let stays = written.flatMap { $0.file.covers(latest.file) ? $0 : nil } ?? latest
        return all.filter { $0.file != stays.file && stays.file.covers($0.file) }.map(\.name)
    }
}

/// The name that a file of a shared folder gets. It tells people what the file is; programs look inside.
package enum FolderFileName {
    package static let ending = ".offbook"

    package static func name(of file: FolderFile) -> String {
        let digits = file.checksum.prefix(4).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return "\(file.writer.rowID.hex)-\(file.since)-\(file.next)-\(digits.joined())\(ending)"
    }

    /// Whether a name is that of a changeset file, whole and not hidden.
    package static func isCandidate(_ name: String) -> Bool { name.hasSuffix(ending) && !name.hasPrefix(".") }

    /// Of a file that is not whole yet.
    static func draft(of replica: ReplicaID) -> String {
        "\(draftPrefix(replica))\(String(UInt64.random(in: .min ... .max), radix: 16)).tmp"
    }

    static func isDraft(_ name: String, of replica: ReplicaID) -> Bool {
        name.hasPrefix(draftPrefix(replica)) && name.hasSuffix(".tmp")
    }

    private static func draftPrefix(_ replica: ReplicaID) -> String { ".offbook-\(replica.rowID.hex)-" }
}
