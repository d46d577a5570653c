internal import NIOCore
internal import Synchronization

/// A stream that several read, each at its own pace: all of it is held, so it has to be bounded.
///
/// It goes on as long as anybody reads it, and is cancelled when nobody does.
final class SharedStream: Sendable {
    private struct State {
        var chunks: [ByteBuffer] = []
        var end: Result<Void, any Error>?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var readers: Set<Int> = []
        var nextID = 0
        var pump: Task<Void, Never>?
        var isAbandoned = false
    }

    /// The account of who asked first.
    let account: CallAccount
    let beginning: CompletionSummary
    private let state = Mutex(State())

    init(_ account: CallAccount) {
        self.account = account
        beginning = account.summary
    }

    /// - Returns: a reader's number; nil where all had gone, and it is being cancelled.
    func join() -> Int? {
        state.withLock { state in
            guard !state.isAbandoned else { return nil }
            state.nextID += 1
            state.readers.insert(state.nextID)
            return state.nextID
        }
    }

    func leave(_ reader: Int) {
        let pump = state.withLock { state -> Task<Void, Never>? in
            state.readers.remove(reader)
            guard state.readers.isEmpty, state.end == nil else { return nil }
            state.isAbandoned = true
            return state.pump
        }
        pump?.cancel()
    }

    func run(_ pump: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.pump = pump
            return state.isAbandoned
        }
        if isAbandoned { pump.cancel() }
    }

    func append(_ chunk: ByteBuffer) { wake { $0.chunks.append(chunk) } }

    func finish(_ end: Result<Void, any Error>) { wake { $0.end = end } }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// - Returns: nil behind the end.
    /// - Throws: what the stream ended with; `CancellationError`.
    func chunk(at index: Int, for reader: Int) async throws -> ByteBuffer? {
        while true {
            let (chunk, end) = state.withLock { state in
                (index < state.chunks.count ? state.chunks[index] : nil, state.end)
            }
            if let chunk { return chunk }
            if let end {
                try end.get()
                return nil
            }
            try Task.checkCancellation()
            await wait(for: index, reader)
        }
    }

    private func wait(for index: Int, _ reader: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    // Whoever is cancelled after this look finds the waiter.
                    guard index >= state.chunks.count, state.end == nil, !Task.isCancelled else { return true }
                    state.waiters[reader] = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: reader) }?.resume()
        }
    }
}

/// One reader of a shared stream.
final class SharedReading {
    private let shared: SharedStream
    private let reader: Int
    /// Nil for who asked first, whose account ends with the stream.
    private let account: CallAccount?
    private let timer: CallTimer
    private var index = 0
    private var timeToFirstToken: Duration?

    init(_ shared: SharedStream, _ reader: SharedReader) {
        (self.shared, self.reader) = (shared, reader.number)
        (account, timer) = (reader.account, reader.timer)
    }

    deinit {
        shared.leave(reader)
        account?.abandon { describe(&$0) }
    }

    /// - Throws: `CompletionError`.
    func next() async throws -> ByteBuffer? {
        do {
            let chunk = try await shared.chunk(at: index, for: reader)
            index += 1
            if timeToFirstToken == nil { timeToFirstToken = timer.elapsed }
            if chunk == nil { await account?.end(.succeeded) { describe(&$0) } }
            return chunk
        } catch {
            let error = error as? CompletionError ?? CompletionError(.cancelled, "cancelled")
            await account?.end(error.outcome) { describe(&$0) }
            throw error
        }
    }

    private func describe(_ summary: inout CompletionSummary) {
        let first = shared.account.summary
        (summary.provider, summary.model, summary.answeredModel) = (first.provider, first.model, first.answeredModel)
        (summary.usage, summary.cost) = (first.usage, 0)
        (summary.latency, summary.timeToFirstToken) = (timer.elapsed, timeToFirstToken)
    }
}

/// A place among the readers of a shared stream, left at the latest when nobody holds it any more.
final class SharedReader: Sendable {
    let number: Int
    let account: CallAccount?
    let timer: CallTimer
    private let shared: SharedStream

    init(_ shared: SharedStream, _ number: Int, _ account: CallAccount?, _ timer: CallTimer) {
        (self.shared, self.number, self.account, self.timer) = (shared, number, account, timer)
    }

    deinit { shared.leave(number) }
}
