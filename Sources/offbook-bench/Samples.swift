/// What the rounds gave for one contestant, in the order of the rounds.
final class Samples {
    private(set) var values: [Double]

    init(_ values: [Double] = []) { self.values = values }

    func note(_ value: Double) { values.append(value) }

    /// Runs `body` and notes how many milliseconds it took.
    func time<T>(_ body: () throws -> T) rethrows -> T {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try body()
        note((clock.now - start) / .milliseconds(1))
        return result
    }

    /// The same, of what waits.
    func timeWaiting<T>(_ body: () async throws -> T) async rethrows -> T {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await body()
        note((clock.now - start) / .milliseconds(1))
        return result
    }

    var median: Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Of milliseconds, how many things were done a second where each sample is of so many.
    func rates(of count: Int) -> Samples { Samples(values.map { Double(count) / $0 * 1000 }) }

    /// One after the other, round by round.
    static func + (a: Samples, b: Samples) -> Samples { Samples(zip(a.values, b.values).map { $0 + $1 }) }
}
