/// How much work one side's comparisons may still take.
///
/// Each side has its own, so that what it finds does not depend on which of the two is called ours.
struct Effort {
    /// The steps left: about a second's worth of Myers's algorithm in a debug build.
    private var steps = 200_000_000

    /// Above this many pieces Myers's algorithm is not tried: its time and its memory grow with the
    /// square of the number of differences.
    static let manyPieces = 6_000

    mutating func spend(_ cost: Int) -> Bool {
        guard cost <= steps else { return false }
        steps -= cost
        return true
    }
}
