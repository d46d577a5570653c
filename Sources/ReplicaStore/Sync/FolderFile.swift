package import Changesets

/// A changeset file of a shared folder, known by the SHA-256 at its end and its size. Its name means
/// nothing: whoever carries the folder may have changed it.
package struct FolderFile: Hashable, Sendable {
    package var checksum: [UInt8]
    /// In bytes.
    package var size: Int64
    package var writer: ReplicaID
    /// It holds what its writer published after this position.
    package var since: Int64
    /// And up to this one.
    package var next: Int64

    package init(checksum: [UInt8], size: Int64, writer: ReplicaID, since: Int64, next: Int64) {
        self.checksum = checksum
        self.size = size
        self.writer = writer
        self.since = since
        self.next = next
    }

    /// Whether what the other one holds is in this one, in that state or a later one.
    package func covers(_ other: FolderFile) -> Bool {
        writer == other.writer && since <= other.since && next >= other.next
    }
}

/// What a replica remembers of a file that it joined or wrote.
package struct NotedFile: Sendable {
    package var file: FolderFile
    /// Positions of this replica: the rows there are in the file, in just the state they have here.
    package var positions: [ClosedRange<Int64>]
    /// Whether it was written here before something was purged, which it may hold.
    package var isStale: Bool

    package init(file: FolderFile, positions: [ClosedRange<Int64>], isStale: Bool = false) {
        self.file = file
        self.positions = positions
        self.isStale = isStale
    }
}

extension [ClosedRange<Int64>] {
    /// The same positions in as few ranges as can be, ascending.
    package var united: [ClosedRange<Int64>] {
        var united: [ClosedRange<Int64>] = []
        for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = united.last, last.upperBound >= range.lowerBound - 1 {
                united[united.count - 1] = last.lowerBound...Swift.max(last.upperBound, range.upperBound)
            } else {
                united.append(range)
            }
        }
        return united
    }
}
