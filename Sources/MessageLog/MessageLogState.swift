internal import Changesets

/// What a log knows in memory, behind its lock.
struct MessageLogState: Sendable {
    var queue: MessageQueue
    var optedOut: Set<RowID> = []
    var written = 0
    var dropped = 0
    var lastFlushAt: Int64?
    var flushError: String?
    var sweep = Sweep()

    mutating func append(_ message: LoggedMessage, at now: () -> Int64) -> (NoteOutcome, wakes: Bool) {
        guard !optedOut.contains(message.user) else { return (.optedOut, false) }
        guard let wakes = queue.append(message, at: now) else {
            dropped += 1
            return (.dropped, false)
        }
        return (.queued, wakes)
    }

    mutating func finish(_ count: Int, bytes: Int, added: Int) -> ArraySlice<LoggedMessage> {
        written += added
        return queue.finish(count, bytes: bytes)
    }

    mutating func end(_ result: Result<Int, any Error>, at now: Int64) {
        switch result {
        case .success:
            queue.succeeded()
            (lastFlushAt, flushError) = (now, nil)
        case .failure(let error):
            queue.failed(at: now)
            flushError = "\(error)"
        }
    }
}
