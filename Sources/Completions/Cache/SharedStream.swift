internal import NIOCore
internal import Synchronization

/// A stream that several read, each at its own pace: all of it is held, so it has to be bounded.
///
/// It goes on as long as anybody reads it or is about to, no further than a bit ahead of the fastest reader, and is
/// cancelled when nobody does.
final class SharedStream: Sendable {
    private struct State {
        /// Each with what there is in bytes to its end.
        var chunks: [(bytes: ByteBuffer, end: Int)] = []
        /// In bytes: how far the fastest reader has come.
        var read = 0
        /// What the pump waits with.
        var pumpWaiter: CheckedContinuation<Void, Never>?
        var isHeld = false
        var end: Result<Void, any Error>?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var readers: Set<Int> = []
        var nextID = 0
        var pump: Task<Void, Never>?
        var isAbandoned = false

        var written: Int { chunks.last?.end ?? 0 }
        var isAhead: Bool { written - read > SharedStream.leadMax }

        /// - Returns: what is to be cancelled.
        mutating func abandonIfUnread() -> Task<Void, Never>? {
            guard readers.isEmpty, !isHeld, end == nil else { return nil }
            isAbandoned = true
            return pump
        }

        mutating func takePumpWaiter() -> CheckedContinuation<Void, Never>? {
            defer { pumpWaiter = nil }
            return pumpWaiter
        }
    }

    /// In bytes: how far ahead of the fastest reader the provider is read.
    static let leadMax = 1 << 20

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

    var readers: Int { state.withLock { $0.readers.count } }

    func leave(_ reader: Int) {
        let pump = state.withLock { state in
            state.readers.remove(reader)
            return state.abandonIfUnread()
        }
        pump?.cancel()
    }

    /// See ``SharedHold``.
    fileprivate func hold(_ isHeld: Bool) {
        let pump = state.withLock { state in
            state.isHeld = isHeld
            return state.abandonIfUnread()
        }
        pump?.cancel()
    }

    /// Whoever reads it gets what there is, and an error.
    func cancel() { state.withLock { $0.pump }?.cancel() }

    /// In bytes: what has come.
    var written: Int { state.withLock { $0.written } }

    func run(_ pump: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.pump = pump
            return state.isAbandoned
        }
        if isAbandoned { pump.cancel() }
    }

    /// Returns when there may be more.
    func append(_ chunk: ByteBuffer) async {
        wake { $0.chunks.append((chunk, $0.written + chunk.readableBytes)) }
        if state.withLock({ $0.isAhead }) { await waitForReaders() }
    }

    private func waitForReaders() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    // Whoever cancels after this look finds the waiter.
                    guard state.isAhead, !Task.isCancelled else { return true }
                    state.pumpWaiter = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takePumpWaiter() }?.resume()
        }
    }

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
            let (chunk, end) = take(at: index)
            if let chunk { return chunk }
            if let end {
                try end.get()
                return nil
            }
            try Task.checkCancellation()
            await wait(for: index, reader)
        }
    }

    private func take(at index: Int) -> (chunk: ByteBuffer?, end: Result<Void, any Error>?) {
        let (chunk, end, waiter) = state.withLock { state in
            guard index < state.chunks.count else {
                return (nil as ByteBuffer?, state.end, nil as CheckedContinuation<Void, Never>?)
            }
            let chunk = state.chunks[index]
            state.read = max(state.read, chunk.end)
            return (chunk.bytes, state.end, state.isAhead ? nil : state.takePumpWaiter())
        }
        waiter?.resume()
        return (chunk, end)
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

/// A shared stream on its way to those who asked for it. Where they have all gone meanwhile, it is cancelled.
final class SharedHold: Sendable {
    let stream: SharedStream

    init(_ stream: SharedStream) {
        self.stream = stream
        stream.hold(true)
    }

    deinit { stream.hold(false) }
}
