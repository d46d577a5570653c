internal import Changesets
internal import Synchronization

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014). The same numbers
/// from the same seed, on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    /// A generator of its own for each combination of the numbers.
    package init(_ seed: UInt64, _ others: UInt64...) {
        self.init(seed)
        for other in others { state = next() ^ other }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { below(count) == 0 }
    mutating func pick<T>(_ items: [T]) -> T? { items.isEmpty ? nil : items[below(items.count)] }
}

/// Where a node's ids come from. Started anew with each event, so that leaving an event out changes no
/// id of the others.
final class SeededSource: Sendable {
    private let generator = Mutex(SplitMix64(0))

    func restart(_ generator: SplitMix64) { self.generator.withLock { $0 = generator } }

    var source: RandomSource { RandomSource { [self] in generator.withLock { $0.next() } } }
}
