internal import Dispatch
internal import GRDB
internal import Synchronization

/// Lets writes that wait at the same time share a transaction: while one is committed the next ones gather, and
/// then go together. So the more there are, the less each costs.
///
/// What is done in it has survived the end of this process (`kill -9`) when the caller hears of it. Power may take
/// it for as long as `syncDelay`, unless the caller asked for it to be on the disk: then that, and all before it, is.
final class GroupCommit: Sendable {
    /// What one caller wants done in a batch, and how it is told.
    private struct Work: Sendable {
        var isDurable: Bool
        /// Nobody waits for it, so that it can wait for others.
        var isLazy = false
        /// Does it, and gives what is to be called when the batch is committed. What is refused is no failure of
        /// the batch; where the database failed in the middle of it, nothing of the batch may stay.
        var run: @Sendable (LedgerBatch) throws -> @Sendable () -> Void
        var fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Work] = []
        var isRunning = false
        /// Whether what waits now is begun some moments later.
        var isAwaited = false
        var syncIsDue = false
    }

    /// In one transaction at most.
    private static let batchMax = 1000
    private static let syncDelay: DispatchTimeInterval = .seconds(1)
    /// For which lazy work waits where there is no other.
    private static let patience: DispatchTimeInterval = .milliseconds(100)

    private let writer: any DatabaseWriter
    private let begin: @Sendable (Database) throws -> LedgerBatch
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "offbook.ledger")

    init(_ writer: any DatabaseWriter, begin: @escaping @Sendable (Database) throws -> LedgerBatch) {
        self.writer = writer
        self.begin = begin
    }

    func perform<T: Sendable>(
        isDurable: Bool, _ body: @escaping @Sendable (LedgerBatch) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            add(Self.work(isDurable, body) { continuation.resume(with: $0) })
        }
    }

    /// The same for who may block.
    func performAndWait<T: Sendable>(
        isDurable: Bool, _ body: @escaping @Sendable (LedgerBatch) throws -> T
    ) throws -> T {
        let (done, result) = (DispatchSemaphore(value: 0), Held<T>())
        add(
            Self.work(isDurable, body) { outcome in
                result.value.withLock { $0 = outcome }
                done.signal()
            })
        done.wait()
        return try result.value.withLock { $0 ?? .failure(CancellationError()) }.get()
    }

    /// The same for who does not wait: some moments later, or as soon as somebody waits for something else.
    func performLater(
        _ body: @escaping @Sendable (LedgerBatch) throws -> Void, _ failed: @escaping @Sendable (any Error) -> Void
    ) {
        var work = Self.work(false, body) { if case .failure(let error) = $0 { failed(error) } }
        work.isLazy = true
        add(work)
    }

    private static func work<T: Sendable>(
        _ isDurable: Bool, _ body: @escaping @Sendable (LedgerBatch) throws -> T,
        _ tell: @escaping @Sendable (Result<T, any Error>) -> Void
    ) -> Work {
        Work(isDurable: isDurable) { batch in
            do {
                let value = try body(batch)
                return { tell(.success(value)) }
            } catch let refusal as AccountError {
                return { tell(.failure(refusal)) }
            }
        } fail: {
            tell(.failure($0))
        }
    }

    private func add(_ work: Work) {
        let (begins, waits) = state.withLock { state in
            state.waiting.append(work)
            if state.isRunning || work.isLazy && state.isAwaited { return (false, false) }
            if work.isLazy { state.isAwaited = true } else { state.isRunning = true }
            return (!work.isLazy, work.isLazy)
        }
        if begins { queue.async { self.runAll() } }
        if waits { queue.asyncAfter(deadline: .now() + Self.patience) { self.runAwaited() } }
    }

    private func runAwaited() {
        let begins = state.withLock { state in
            state.isAwaited = false
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if begins { runAll() }
    }

    private func runAll() {
        while let batch = next() { commit(batch) }
    }

    private func next() -> [Work]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.batchMax))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func commit(_ works: [Work]) {
        let isDurable = works.contains(where: \.isDurable)
        do {
            var tellings: [@Sendable () -> Void] = []
            try write(isDurable: isDurable) { batch in tellings = try works.map { try $0.run(batch) } }
            for tell in tellings { tell() }
        } catch {
            for work in works { work.fail(error) }
        }
        if !isDurable { syncLater() }
    }

    private func write(isDurable: Bool, _ body: (LedgerBatch) throws -> Void) throws {
        try writer.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
            try database.inTransaction(.immediate) {
                let batch = try begin(database)
                try body(batch)
                try batch.store()
                return .commit
            }
        }
    }

    /// A checkpoint puts the log onto the disk first. One that finds a reader does what it can.
    private func syncLater() {
        let isNew = state.withLock { state in
            defer { state.syncIsDue = true }
            return !state.syncIsDue
        }
        guard isNew else { return }
        queue.asyncAfter(deadline: .now() + Self.syncDelay) { [weak self] in
            guard let self else { return }
            state.withLock { $0.syncIsDue = false }
            try? writer.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                _ = try database.checkpoint(.passive)
            }
        }
    }
}

private final class Held<T: Sendable>: Sendable {
    let value = Mutex<Result<T, any Error>?>(nil)
}
