/// Many histories, and what they came to.
package struct Campaign {
    private let mustHit: Set<FaultKind>
    private var seeds = 0
    private var events = 0
    private var failed: [UInt64] = []
    private var faults = FaultCounts()
    private let started = ContinuousClock.now

    /// - Parameter mustHit: faults of which each has to hit at least once.
    package init(mustHit: Set<FaultKind>) { self.mustHit = mustHit }

    package mutating func add(_ result: RunResult, _ plan: Plan) {
        seeds += 1
        events += result.events
        faults.add(result.faults)
        if result.violation != nil { failed.append(plan.seed) }
    }

    private var missed: [FaultKind] { mustHit.filter { faults[$0] == 0 }.sorted() }

    package var hasHeld: Bool { failed.isEmpty && missed.isEmpty }

    package var summary: String {
        let seconds = max(0.001, (ContinuousClock.now - started) / .seconds(1))
        let rate = "\(tenths(Double(seeds) / seconds)) seeds/s, \(tenths(Double(events) / seconds)) events/s"
        var lines = [
            "\(seeds) seeds, \(events) events in \(tenths(seconds)) s: \(rate)", "faults that hit:", faults.table,
        ]
        if !missed.isEmpty { lines.append("never hit: \(missed.map(\.rawValue).joined(separator: ", "))") }
        lines.append(
            failed.isEmpty ? "no violation" : "FAILED: seeds \(failed.map(String.init).joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }

    private func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
