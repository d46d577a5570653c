/// How long to wait before another attempt: twice as long each time, and of that a random part, so that many who
/// lost one server do not come back at once ("full jitter", Brooker, AWS Architecture Blog, 2015).
struct Backoff {
    private let first: Duration
    private let most: Duration
    private(set) var attempts = 0

    init(first: Duration, most: Duration) {
        self.first = first
        self.most = most
    }

    mutating func next() -> Duration {
        // 2^16 times the first is above any bound here.
        let all = min(most, first * (1 << min(attempts, 16)))
        attempts += 1
        return all * Double.random(in: 0..<1)
    }

    mutating func reset() { attempts = 0 }
}
