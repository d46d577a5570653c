import Testing

@testable import offbook_bench

/// Two builds of the benchmark side by side.
struct ComparisonTests {
    private func told(_ name: String, _ ours: Double, _ unit: String = "ms") -> Comparison.Told {
        Comparison.Told(name: name, unit: unit, ours: ours)
    }

    @Test func whatOnlyOneHasOrHasInAnotherUnitIsLeftOut() {
        let figures = Comparison.figures(
            ours: [[told("a", 2), told("b", 1), told("c", 1, "rows/s")], [told("a", 4), told("b", 1)]],
            base: [[told("a", 1), told("c", 1)], [told("a", 2), told("c", 1)]])
        #expect(figures.map(\.name) == ["a"])
        #expect(figures.map(\.ratio) == [2])
    }
}
