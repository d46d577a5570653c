internal import Logging
internal import ServiceLifecycle
internal import Synchronization

extension MessageLog {
    /// Writes what is noted, until the task is cancelled or the server shuts down; then it writes what is left. It
    /// has to end after whatever notes messages: in a service group it comes before that.
    package func run() async {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await wait(.milliseconds(pause()))
                // What is left when it ends is written below.
                if !Task.isCancelled, pause() == 0 { await flushAndTell() }
            }
        }
        await flushAndTell()
        let left = status.queued
        if left > 0 { logger.error("messages are lost, as they can't be written", metadata: ["count": "\(left)"]) }
    }

    /// Milliseconds until something is to be done; 0 where that is now.
    private func pause() -> Int64 {
        let now = clock()
        return state.withLock { min($0.queue.pause(at: now) ?? .max, $0.sweep.pause(at: now)) }
    }

    /// What the file says of an error names no content: a statement's arguments are no part of it.
    private func flushAndTell() async {
        do {
            try await flush()
        } catch {
            logger.error(
                "messages were not written, and are kept for now",
                metadata: ["error": "\(error)", "queued": "\(status.queued)"])
        }
    }

    /// How it stands at this moment.
    package var status: MessageLogStatus {
        let now = clock()
        return state.withLock { state in
            MessageLogStatus(
                settings: settings, queued: state.queue.count, queuedBytes: state.queue.bytes,
                oldestAge: state.queue.oldestAge(at: now), written: state.written, dropped: state.dropped,
                lastFlushAt: state.lastFlushAt, lastError: state.flushError ?? state.sweep.error)
        }
    }
}
