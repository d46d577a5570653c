/// What may go wrong. Each is counted when it really hit.
package enum FaultKind: String, Sendable, CaseIterable, Comparable {
    // The network.
    /// The request never arrives.
    case dropRequest = "drop-request"
    /// The server does it, and the answer never arrives.
    case dropReply = "drop-reply"
    /// The client gives up, and the request arrives later.
    case delay
    /// The request arrives twice.
    case duplicate
    /// Exchanges of several clients mingle.
    case reorder
    /// A client can't reach the server for a while.
    case partition
    // Processes.
    /// A process dies at a write, so before its commit.
    case crashBeforeCommit = "crash-before-commit"
    /// A process dies after a sync of the disk, so after its commit.
    case crashAfterCommit = "crash-after-commit"
    /// A client dies between an exchange and what it would have made of it.
    case crashInSync = "crash-in-sync"
    case serverRestart = "server-restart"
    // Disks.
    /// The power goes in a write; what was not synced is lost.
    case tailLost = "tail-lost"
    /// The power goes in a write; what was not synced is noise.
    case tailScrambled = "tail-scrambled"
    case diskFull = "disk-full"
    case readOnly = "read-only"
    // Clocks.
    /// A clock jumps by hours, either way.
    case clockHours = "clock-hours"
    /// A clock jumps by years, either way.
    case clockYears = "clock-years"
    /// Two nodes write in the same millisecond.
    case hlcTie = "hlc-tie"
    // Copies.
    /// A copy of a data directory that can tell that it is one.
    case clone
    /// A copy that can't, as of a machine's whole image.
    case twin
    /// A client's data directory goes back to an older state, in a new place.
    case restoreClient = "restore-client"
    /// The same, in the same place.
    case rewindClient = "rewind-client"
    case restoreServer = "restore-server"
    /// A row is not any more what it was, or gone, and no transaction did it.
    case damage
    // Versions.
    /// Nodes have schemas of different age, and are upgraded.
    case mixedSchemas = "mixed-schemas"
    // Time.
    /// The server drops what was deleted long ago.
    case collection
    // Access.
    /// What somebody may read is taken away, or given back.
    case revocation

    package static func < (a: Self, b: Self) -> Bool { a.place < b.place }
    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    static let ofNetwork: [FaultKind] = [.dropRequest, .dropReply, .delay, .duplicate, .crashInSync, .serverRestart]
    static let ofDisk: [FaultKind] = [
        .crashBeforeCommit, .crashAfterCommit, .tailLost, .tailScrambled, .diskFull, .readOnly,
    ]
}

/// How often each fault hit.
package struct FaultCounts: Sendable, Equatable {
    package private(set) var counts: [FaultKind: Int] = [:]

    package init() {}

    package mutating func note(_ fault: FaultKind) { counts[fault, default: 0] += 1 }
    package mutating func add(_ other: FaultCounts) { counts.merge(other.counts, uniquingKeysWith: +) }
    package subscript(fault: FaultKind) -> Int { counts[fault] ?? 0 }

    package var table: String {
        FaultKind.allCases.map { fault in
            let name = fault.rawValue.padding(to: 22)
            return "  \(name)\(self[fault])"
        }.joined(separator: "\n")
    }
}

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
