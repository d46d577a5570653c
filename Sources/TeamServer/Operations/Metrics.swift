internal import HTTPTypes
internal import Synchronization

/// What the server counts for Prometheus, from its start on.
final class Metrics: Sendable {
    /// The upper bounds of a latency histogram, in seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    struct RequestKey: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    struct Histogram {
        /// How many fell below each bound, and not below the one before.
        var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
        var count = 0
        var sum = 0.0

        mutating func add(_ seconds: Double) {
            if let place = Metrics.bounds.firstIndex(where: { seconds <= $0 }) { buckets[place] += 1 }
            count += 1
            sum += seconds
        }
    }

    struct State {
        var requests: [RequestKey: Histogram] = [:]
        var inFlight = 0
        var syncRows: [String: Int] = [:]
        var syncPages = 0
        var syncPageBytes = 0
        var refused = 0
    }

    private let state = Mutex(State())
    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options,
    ]

    var snapshot: State { state.withLock { $0 } }

    func requestBegan() { state.withLock { $0.inFlight += 1 } }
    func requestEnded() { state.withLock { $0.inFlight -= 1 } }

    /// - Parameter route: the pattern of the route, of which there are few; nil where there is none.
    func record(_ method: HTTPRequest.Method, _ route: String?, _ status: HTTPResponse.Status, seconds: Double) {
        // Nobody makes the table longer by making up methods.
        let key = RequestKey(
            method: Self.methods.contains(method) ? method.rawValue : "other", route: route ?? "none",
            status: status.code)
        state.withLock {
            $0.requests[key, default: Histogram()].add(seconds)
            if status == .tooManyRequests { $0.refused += 1 }
        }
    }

    /// What became of the rows of a push.
    func recordPush(applied: Int, superseded: Int, denied: Int) {
        state.withLock {
            $0.syncRows["applied", default: 0] += applied
            $0.syncRows["superseded", default: 0] += superseded
            $0.syncRows["denied", default: 0] += denied
        }
    }

    func recordPull(bytes: Int) {
        guard bytes > 0 else { return }
        state.withLock {
            $0.syncPages += 1
            $0.syncPageBytes += bytes
        }
    }
}
