internal import Synchronization

/// Keeps what was used last in memory, as much as fits.
package final class MemoryStorage: ResearchStorage {
    private struct Entry {
        var bytes: [UInt8]
        var used: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var clock = 0
    }

    private let bytesMax: Int
    private let countMax: Int
    private let state = Mutex(State())

    /// - Parameter countMax: few enough to look through all for the oldest one.
    package init(bytesMax: Int = 16 << 20, countMax: Int = 500) {
        (self.bytesMax, self.countMax) = (bytesMax, countMax)
    }

    package var count: Int { state.withLock { $0.entries.count } }

    package func bytes(for key: String) async -> [UInt8]? {
        state.withLock { state in
            state.clock += 1
            state.entries[key]?.used = state.clock
            return state.entries[key]?.bytes
        }
    }

    package func keep(_ bytes: [UInt8], for key: String, seconds: Int) async {
        guard bytes.count <= bytesMax else { return }
        state.withLock { state in
            Self.remove(key, &state)
            state.clock += 1
            state.entries[key] = Entry(bytes: bytes, used: state.clock)
            state.bytes += bytes.count
            while state.bytes > bytesMax || state.entries.count > countMax {
                guard let oldest = state.entries.min(by: { $0.value.used < $1.value.used }) else { return }
                Self.remove(oldest.key, &state)
            }
        }
    }

    private static func remove(_ key: String, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: key) else { return }
        state.bytes -= entry.bytes.count
    }

    package func removeAll() async { state.withLock { $0 = State() } }
}
