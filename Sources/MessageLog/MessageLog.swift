package import Changesets
internal import Dispatch
package import Logging
package import ReplicaStore
internal import ServiceLifecycle
internal import Synchronization

/// The server's log of messages, for whoever has the right to look into what people have sent to language models.
///
/// A message is queued in memory and written with others later, sealed. `kill -9` takes those that were not written
/// yet: fewer than a batch, none of which is older than the settings say, and what came while a batch was being
/// written; more only while the disk fails, which the status tells. All that a flush has returned for has survived a
/// power cut too.
///
/// Messages that wait lie in memory in clear. One process at a time should log; others may read, erase and opt out.
package final class MessageLog: Service {
    package let settings: MessageLogSettings
    let clock: @Sendable () -> Int64
    let logger: Logger
    let file: MessageFile
    private let seal: MessageSeal
    let state: Mutex<MessageLogState>
    private let alarm: Alarm
    let wait: @Sendable (Duration) async -> Void
    /// Whatever changes the file, one after another and off the threads of tasks.
    let work = DispatchQueue(label: "offbook.messages")

    /// - Parameters:
    ///   - directory: the data directory, where the log is `messages.sqlite` and its key `messages.key`. Must not be
    ///     locked by the caller.
    ///   - clock: Unix milliseconds.
    ///   - wait: for tests, instead of to wait until a message wakes the writer or the time is over.
    /// - Throws: `ReplicaError` `.damaged` where there are messages and the key is missing or another one.
    package init(
        in directory: DataDirectory, settings: MessageLogSettings, logger: Logger,
        clock: @escaping @Sendable () -> Int64 = systemMilliseconds,
        wait: (@Sendable (Duration) async -> Void)? = nil
    ) throws {
        let (settings, alarm) = (settings.bounded, Alarm())
        (self.settings, self.clock, self.logger, self.alarm) = (settings, clock, logger, alarm)
        self.wait = wait ?? { await alarm.wait(atMost: $0) }
        (file, seal) = try directory.locked {
            try MessageFile.open(directory.path, bytesMax: settings.fileBytesMax)
        }
        state = Mutex(MessageLogState(queue: MessageQueue(settings), optedOut: try file.optedOut()))
    }

    // MARK: Logging

    /// Queues it, for a request's way: no disk, no cipher, and no more work for more messages. What is longer than
    /// is kept is cut here, so that the rest of it does not wait in memory.
    @discardableResult
    package func note(_ message: LoggedMessage) -> NoteOutcome {
        guard settings.isOn else { return .off }
        var message = message
        message.content.cut()
        let (outcome, wakes) = state.withLock { $0.append(message, at: clock) }
        if wakes { alarm.ring() }
        return outcome
    }

    /// Writes all that were noted before it was called.
    ///
    /// - Returns: how many were written by it.
    /// - Throws: `ReplicaError`. What was not written stays queued.
    @discardableResult
    package func flush() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            work.async { continuation.resume(with: Result { try self.flushAtOnce() }) }
        }
    }

    /// To be called on `work`, as all that follows.
    private func flushAtOnce() throws -> Int {
        let result = Result { try writeAll() }
        let now = clock()
        state.withLock { $0.end(result, at: now) }
        sweepIfDue()
        return try result.get()
    }

    /// What an earlier one left, and what waits now; not what comes meanwhile, or it might never end.
    private func writeAll() throws -> Int {
        let optedOut = try file.optedOut()
        state.withLock { $0.optedOut = optedOut }
        let left = try writeTaken()
        state.withLock { $0.queue.take() }
        return try left + writeTaken()
    }

    private func writeTaken() throws -> Int {
        var written = 0
        while true {
            let batch = state.withLock { $0.queue.batch }
            guard !batch.isEmpty else { return written }
            let rows = try batch.map { SealedMessage(message: $0, sealed: try seal.seal($0)) }
            let added = try file.insert(rows)
            let bytes = batch.reduce(0) { $0 + $1.bytes }
            _ = state.withLock { $0.finish(batch.count, bytes: bytes, added: added) }
            written += added
        }
    }

    // MARK: Reading

    /// Those of somebody that are written, the newest first. Blocks.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1000.
    ///   - before: only those older than the one of this id, for the next page.
    package func messages(of user: RowID, limit: Int, before: RowID? = nil) throws -> [MessageLogEntry] {
        try file.messages(of: user, limit: max(1, min(limit, 1000)), before: before, seal)
    }

    /// How many of somebody are written. Blocks.
    package func count(of user: RowID) throws -> Int { try file.count(of: user) }
}
