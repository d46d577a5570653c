import SyncSimulation
import Testing

@Suite("Simulated histories")
struct SimulationTests {
    @Test("what must hold holds, whatever goes wrong", arguments: UInt64(0)..<12)
    func hold(seed: UInt64) async throws {
        let plan = Plan(seed: seed, events: 120)
        let result = try await Runner.run(plan)
        #expect(result.violation == nil, "again: \(plan.command)")
    }

    @Test("a seed always gives the same history")
    func replay() async throws {
        let plan = Plan(seed: 5, nodes: 4, events: 120, faults: Set(FaultKind.allCases))
        let (first, second) = (try await Runner.run(plan).trace, try await Runner.run(plan).trace)
        #expect(first.lines == second.lines)
        #expect(first.hash == second.hash)
    }
}
