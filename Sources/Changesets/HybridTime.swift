/// A reading of the hybrid logical clock: Unix milliseconds above a 16-bit counter in one Int64, so
/// that readings compare as integers and sort by wall time to the eye.
///
/// After Kulkarni et al., "Logical Physical Clocks" (2014). An overflowing counter carries into the
/// milliseconds.
package struct HybridTime: Hashable, Comparable, Sendable {
    package var rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// The first reading within the given millisecond, or a later one by its counter. Times outside
    /// 0 ..< 2^47 are clamped, as an Int64 has a sign.
    package init(milliseconds: Int64, counter: UInt16 = 0) {
        rawValue = min(max(milliseconds, 0), (1 << 47) - 1) << 16 | Int64(counter)
    }

    /// The stamp of imported columns, which any edit beats.
    package static let zero = HybridTime(rawValue: 0)

    /// Unix milliseconds.
    package var milliseconds: Int64 { rawValue >> 16 }

    /// The next reading of a clock that last showed `self`, at wall time `now` (Unix milliseconds).
    /// Never goes back; saturates at the end of time.
    package func next(now: Int64) -> HybridTime {
        let following = rawValue == .max ? rawValue : rawValue + 1
        return max(HybridTime(milliseconds: now), HybridTime(rawValue: following))
    }

    package static func < (a: HybridTime, b: HybridTime) -> Bool { a.rawValue < b.rawValue }
}
