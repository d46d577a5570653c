import Testing

@testable import offbook_bench

/// What the benchmark says of what it has measured.
struct ReportTests {
    private let ours = Samples([3, 1, 2])
    private let peer = Samples([2, 2, 2])

    @Test func aFigureComparesMediansAndItsSpreadIsOfTheRounds() {
        let figure = Figure("x", "what", ours: ours, peer: peer, bar: .ratio(atMost: 1))
        #expect([figure.ours, figure.peer, figure.ratio] == [2, 2, 1])
        #expect([figure.least, figure.greatest] == [0.5, 1.5])
        #expect(figure.isHeld == true)
    }

    @Test func withoutAPeerTheSpreadIsOfOurs() {
        let figure = Figure("x", "what", .perSecond, ours: ours, bar: .ours(atLeast: 3000))
        #expect([figure.least, figure.greatest] == [1, 3])
        #expect(figure.ratio == nil)
        #expect(figure.isHeld == false)
    }

    @Test func ratesComeFromTimes() { #expect(Samples([500, 2000]).rates(of: 1000).values == [2000, 500]) }

    @Test(arguments: [
        (Bar.ratio(atMost: 1.5), 9, 1.5, true), (.ratio(atLeast: 0.5), 9, 0.4, false),
        (.ours(atMost: 5), 5.1, 1, false),
        (.ours(atLeast: 3000), 3000, 0.1, true),
    ]) func barsAreOfOursOrOfTheRatio(_ bar: Bar, _ ours: Double, _ ratio: Double, _ isHeld: Bool) {
        #expect(bar.isHeld(ours: ours, ratio: ratio) == isHeld)
        #expect(!Bar.ratio(atMost: 1).isHeld(ours: 0, ratio: nil))
    }

    @Test(arguments: [
        (0.754, "0.75"), (12.345, "12.35"), (123.45, "123.5"), (1234.5, "1235"), (-0.001, "0.00"), (-2, "-2.00"),
        (.nan, "-"), (.infinity, "-"),
    ]) func numbersAreShort(_ number: Double, _ text: String) { #expect(Digits.text(number) == text) }

    @Test func theTableSaysWhichBarsAreMissed() {
        let figures = [
            Figure("insert", "rows", ours: ours, peer: peer, bar: .ratio(atMost: 1.5)),
            Figure("rest.create", "prompts", .perSecond, ours: Samples([2900]), bar: .ours(atLeast: 3000)),
        ]
        let report = Report(rows: 3, rounds: 3, Findings(figures: figures, notes: ["rest was not measured"]))
        #expect(
            report.text == """
                NAME         OURS  PEER  UNIT  RATIO     SPREAD  BAR      HELD    WHAT
                insert       2.00  2.00  ms     1.00  0.50-1.50  ≤ 1.50×  yes     rows
                rest.create  2900     -  /s        -  2900-2900  ≥ 3000   MISSED  prompts

                Of 2 bars 1 missed: rest.create.

                rest was not measured
                """)
    }
}
