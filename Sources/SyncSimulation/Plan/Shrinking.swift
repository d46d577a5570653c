/// Makes a plan that fails smaller, as long as it fails in the same way.
package struct Shrinking {
    private let kind: Violation.Kind
    private var best: Plan
    private var runsLeft: Int

    package init(_ plan: Plan, _ violation: Violation, runsMax: Int = 400) {
        best = plan
        kind = violation.kind
        runsLeft = runsMax
    }

    package mutating func run() async throws -> Plan {
        try await dropEvents()
        try await dropFaults()
        try await dropNodes()
        try await dropEvents()
        return best
    }

    private mutating func stillFails(_ plan: Plan) async throws -> Bool {
        guard runsLeft > 0 else { return false }
        runsLeft -= 1
        guard try await Runner.run(plan).violation?.kind == kind else { return false }
        best = plan
        return true
    }

    /// Delta debugging (Zeller and Hildebrandt 2002): leaves out ever smaller parts.
    private mutating func dropEvents() async throws {
        var size = max(1, best.events.count / 2)
        while size >= 1, runsLeft > 0 {
            var start = 0
            while start < best.events.count {
                var plan = best
                plan.events.removeSubrange(start..<min(start + size, plan.events.count))
                if try await !stillFails(plan) { start += size }
            }
            if size == 1 { break }
            size /= 2
        }
    }

    private mutating func dropFaults() async throws {
        for fault in best.faults.sorted() {
            var plan = best
            plan.faults.remove(fault)
            plan.events.removeAll { $0.kind.fault == fault }
            _ = try await stillFails(plan)
        }
    }

    private mutating func dropNodes() async throws {
        for nodes in Plan.nodesRange.lowerBound..<max(best.nodes, Plan.nodesRange.lowerBound) {
            var plan = best
            plan.nodes = nodes
            if try await stillFails(plan) { return }
        }
    }
}
