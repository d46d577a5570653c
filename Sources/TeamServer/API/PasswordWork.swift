internal import DirectoryStore
internal import NIOPosix
internal import Synchronization

/// Threads of their own for work on passwords, each of which takes some tenths of a second and 128 MiB: so it
/// neither stands in the way of a sync nor takes more memory than these threads can.
final class PasswordWork: Sendable {
    private let pool = NIOThreadPool(numberOfThreads: 2)
    private let waiting = Mutex(0)
    private static let waitingMax = 200

    init() { pool.start() }

    /// - Throws: `AccountError.busy` where too many wait already.
    func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try waiting.withLock { waiting in
            guard waiting < Self.waitingMax else {
                throw AccountError(.busy, "too many people sign in just now; try again in a moment", retryAfter: 5)
            }
            waiting += 1
        }
        defer { waiting.withLock { $0 -= 1 } }
        return try await pool.runIfActive(body)
    }

    func stop() async throws { try await pool.shutdownGracefully() }
}
