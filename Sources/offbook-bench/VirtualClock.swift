import ReplicaStore
import Synchronization

/// A clock that a measurement sets, in Unix milliseconds.
final class VirtualClock: Sendable {
    static let day: Int64 = 86_400_000

    private let now: Mutex<Int64>

    /// From 2026-01-01 on.
    init(_ milliseconds: Int64 = 1_767_225_600_000) { now = Mutex(milliseconds) }

    func set(_ milliseconds: Int64) { now.withLock { $0 = milliseconds } }
    func pass(days: Int64) { now.withLock { $0 += days * Self.day } }

    var surroundings: Surroundings { Surroundings(clock: { [self] in now.withLock { $0 } }) }
}
