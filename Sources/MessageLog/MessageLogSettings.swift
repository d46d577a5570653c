/// How a log of messages is kept. What is out of bounds is taken for the bound.
package struct MessageLogSettings: Hashable, Sendable {
    /// Whether anything is logged. What is there is read, erased and grows old even where not.
    package var isOn = false
    /// As many are written together, as soon as they are there.
    package var batchSize = 50
    /// Fewer are written when the oldest has waited for so long, in seconds: with the batch, what `kill -9` takes.
    package var waitSecondsMax = 600
    /// As many may wait to be written. Beyond it the newest are refused.
    package var queuedMax = 10_000
    /// Of memory, for those that wait. Beyond it the newest are refused too.
    package var queuedBytesMax = 64 << 20
    /// Older ones are erased; 0 for never.
    package var retentionDays = 30
    /// Of the file on the disk. When it is full nothing more is written until older ones are erased; nil for no bound.
    package var fileBytesMax: Int64?

    package init(isOn: Bool = false) { self.isOn = isOn }

    /// A century.
    static let retentionDaysMax = 36_525
    static let dayMilliseconds: Int64 = 86_400_000

    var bounded: MessageLogSettings {
        var bounded = self
        bounded.batchSize = max(1, min(batchSize, 10_000))
        bounded.waitSecondsMax = max(1, min(waitSecondsMax, 86_400))
        bounded.queuedMax = max(1, min(queuedMax, 1_000_000))
        bounded.queuedBytesMax = max(1 << 20, min(queuedBytesMax, 4 << 30))
        bounded.retentionDays = max(0, min(retentionDays, Self.retentionDaysMax))
        bounded.fileBytesMax = fileBytesMax.map { max(1 << 16, $0) }
        return bounded
    }

    /// What was created before is too old at that time; nil where nothing ever is.
    func oldest(at now: Int64) -> Int64? {
        retentionDays > 0 ? now &- Int64(retentionDays) * Self.dayMilliseconds : nil
    }
}

/// What became of a message that was to be logged.
package enum NoteOutcome: Hashable, Sendable {
    case queued
    /// The log is off.
    case off
    case optedOut
    /// Too many wait already: it was dropped, and counted.
    case dropped
}

/// How a log of messages stands.
package struct MessageLogStatus: Hashable, Sendable {
    package var settings: MessageLogSettings
    /// Not written yet: what would be lost if the server were killed now.
    package var queued: Int
    package var queuedBytes: Int
    /// How long the oldest of them has waited, in milliseconds; nil where none does.
    package var oldestAge: Int64?
    /// Since the server began, as all that follows.
    package var written: Int
    /// Refused, as the queue was full.
    package var dropped: Int
    /// Of the last flush that did not fail, in Unix milliseconds.
    package var lastFlushAt: Int64?
    /// Of the last flush or erasure of old messages; nil where that went well.
    package var lastError: String?
}
