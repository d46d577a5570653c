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

    var readers: Int { state.withLock { $0.readers.count } }

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
