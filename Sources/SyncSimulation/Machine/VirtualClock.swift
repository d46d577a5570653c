internal import Synchronization

/// The one true time of a simulation, in Unix milliseconds.
final class VirtualTime: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(by elapsed: Int64) { milliseconds.withLock { $0 += elapsed } }
}

/// A node's clock: the true time, and how far it is off.
final class VirtualClock: Sendable {
    private let time: VirtualTime
    private let skew = Mutex<Int64>(0)

    init(_ time: VirtualTime) { self.time = time }

    var now: Int64 { max(0, time.now + skew.withLock { $0 }) }

    func jump(by milliseconds: Int64) { skew.withLock { $0 += milliseconds } }
    func setRight() { skew.withLock { $0 = 0 } }
    func follow(_ other: VirtualClock) {
        let theirs = other.skew.withLock { $0 }
        skew.withLock { $0 = theirs }
    }
}
