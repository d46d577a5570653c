/// How far a sync is, for somebody who waits for it.
package struct SyncProgress: Hashable, Sendable {
    package enum Stage: Sendable { case sending, receiving, joining }

    package var stage: Stage
    /// Rows so far.
    package var done: UInt64
    /// About how many rows it will be, as some may have changed meanwhile; nil where nobody can tell.
    package var total: UInt64?

    package init(_ stage: Stage, done: UInt64, total: UInt64? = nil) {
        self.stage = stage
        self.done = done
        self.total = total
    }
}

extension SyncProgress {
    /// A pull that began after `start` and is to go on to `head`: positions count rows, each row once.
    static func receiving(upTo position: UInt64, from start: UInt64, head: UInt64) -> SyncProgress {
        let total = max(head, position) - min(start, position)
        return SyncProgress(.receiving, done: position - min(start, position), total: total)
    }
}
