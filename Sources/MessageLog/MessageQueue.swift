internal import Changesets

/// The messages that are not written yet, and when they are to be. Pure: it knows neither a clock nor a file.
///
/// Those that are being written are set apart until that is done, so that to take them is no more than to move two
/// arrays, however many there are; and nothing is lost where it fails.
struct MessageQueue: Sendable {
    private struct Part: Sendable {
        var messages: ArraySlice<LoggedMessage> = []
        var bytes = 0
        /// Since when the first of them has waited, in Unix milliseconds.
        var since: Int64 = 0
    }

    /// In one transaction at most.
    static let transactionMax = 500
    static let firstBackoff: Int64 = 1000
    static let backoffMax: Int64 = 60_000

    private let settings: MessageLogSettings
    private var waiting = Part()
    private var taken = Part()
    private var failures = 0
    private var failedAt: Int64 = 0

    init(_ settings: MessageLogSettings) { self.settings = settings }

    var count: Int { waiting.messages.count + taken.messages.count }
    var bytes: Int { waiting.bytes + taken.bytes }

    // MARK: In

    /// - Returns: whether the writer is to be woken, as there is a first one to wait for or a batch is full; nil
    ///   where there is no room.
    mutating func append(_ message: LoggedMessage, at now: () -> Int64) -> Bool? {
        let size = message.bytes
        guard count < settings.queuedMax, bytes + size <= settings.queuedBytesMax else { return nil }
        if waiting.messages.isEmpty { waiting.since = now() }
        waiting.messages.append(message)
        waiting.bytes += size
        return waiting.messages.count == 1 || waiting.messages.count == settings.batchSize
    }

    /// - Returns: how many they were.
    mutating func remove(_ user: RowID) -> Int {
        let before = count
        Self.remove(user, from: &waiting)
        Self.remove(user, from: &taken)
        return before - count
    }

    private static func remove(_ user: RowID, from part: inout Part) {
        part.messages = ArraySlice(part.messages.filter { $0.user != user })
        part.bytes = part.messages.reduce(0) { $0 + $1.bytes }
    }

    // MARK: Out

    /// Sets those that wait apart. Nothing may be there already.
    mutating func take() {
        guard taken.messages.isEmpty else { return }
        swap(&taken, &waiting)
        waiting = Part()
    }

    /// The first of those that were set apart.
    var batch: ArraySlice<LoggedMessage> { taken.messages.prefix(Self.transactionMax) }

    /// They are written.
    ///
    /// - Parameter bytes: of all of them.
    /// - Returns: what is to be let go of outside the lock, as that may take its time.
    mutating func finish(_ count: Int, bytes: Int) -> ArraySlice<LoggedMessage> {
        let former = taken.messages
        taken.messages = former.dropFirst(count)
        taken.bytes = taken.messages.isEmpty ? 0 : taken.bytes - bytes
        if taken.messages.isEmpty { taken.messages = [] }
        return former
    }

    mutating func succeeded() { failures = 0 }

    mutating func failed(at now: Int64) {
        failures = min(failures + 1, 16)
        failedAt = now
    }

    // MARK: When

    /// For how many milliseconds nothing is to be written; nil where nothing is there.
    func pause(at now: Int64) -> Int64? {
        guard count > 0 else { return nil }
        if failures > 0 { return Self.rest(of: backoff, since: failedAt, at: now) }
        if !taken.messages.isEmpty || waiting.messages.count >= settings.batchSize { return 0 }
        return Self.rest(of: Int64(settings.waitSecondsMax) * 1000, since: waiting.since, at: now)
    }

    func oldestAge(at now: Int64) -> Int64? {
        guard count > 0 else { return nil }
        return max(0, now &- (taken.messages.isEmpty ? waiting : taken).since)
    }

    private var backoff: Int64 { min(Self.backoffMax, Self.firstBackoff << Int64(max(0, failures - 1))) }

    /// A clock that was set back says nothing: then the time is over.
    static func rest(of span: Int64, since start: Int64, at now: Int64) -> Int64 {
        now < start ? 0 : max(0, span - min(span, now &- start))
    }
}
