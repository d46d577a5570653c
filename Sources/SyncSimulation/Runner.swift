internal import FoundationEssentials

/// What a plan came to.
package struct RunResult: Sendable {
    package var violation: Violation?
    package var trace: Trace
    package var faults: FaultCounts
    package var events: Int
}

package enum Runner {
    /// Runs a plan on a disk in memory, where there is one, and leaves nothing behind.
    package static func run(_ plan: Plan) async throws -> RunResult {
        let directory = try scratch()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let simulation = try Simulation(plan, in: directory)
        var result = RunResult(trace: Trace(), faults: FaultCounts(), events: 0)
        do {
            for event in plan.events {
                result.events += 1
                try await simulation.run(event)
            }
            simulation.event = nil
            try simulation.quiesce()
        } catch let violation as Violation {
            result.violation = violation
        } catch {
            result.violation = Violation(.error, "\(type(of: error)): \(error)")
        }
        if let violation = result.violation { simulation.trace.add("VIOLATION in \(simulation.place) \(violation)") }
        result.trace = simulation.trace
        result.faults = simulation.faults
        return result
    }

    /// Runs plans, some at once, and hands on what they came to in their order.
    package static func run(
        _ plans: [Plan], atOnce jobs: Int, _ body: (Plan, RunResult) async throws -> Void
    ) async throws {
        for start in stride(from: 0, to: plans.count, by: jobs * 8) {
            let part = Array(plans[start..<min(start + jobs * 8, plans.count)])
            let results = try await withThrowingTaskGroup(of: (Int, RunResult).self) { group in
                var results: [Int: RunResult] = [:]
                for (place, plan) in part.enumerated() {
                    if place >= jobs, let done = try await group.next() { results[done.0] = done.1 }
                    group.addTask { (place, try await run(plan)) }
                }
                for try await done in group { results[done.0] = done.1 }
                return results
            }
            for (place, plan) in part.enumerated() { if let result = results[place] { try await body(plan, result) } }
        }
    }

    /// SQLite follows links to the end, and the disks are told by their paths.
    private static func scratch() throws -> String {
        let memory = "/dev/shm"
        let parent =
            FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path()
        let directory = URL(filePath: parent).appending(path: "offbook-simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory.resolvingSymlinksInPath().path()
    }
}

extension Simulation {
    /// Where the history is.
    var place: String { event.map { "#\($0.number) \($0.kind.rawValue)" } ?? "the quiet end" }
}
