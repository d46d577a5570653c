import ArgumentParser
import SyncSimulation

#if OFFBOOK_PLANT
import Changesets
#endif

/// The simulator: random histories of real replicas, with everything going wrong that can.
@main
struct OffbookSimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offbook-simulate",
        abstract: "Run random histories of nodes that edit, sync, crash and are copied, and check what must hold.",
        discussion: """
            One seed always gives the same history. A seed that fails prints the command that runs it again and \
            the shortest history that was found to fail in the same way.
            """)

    @Option(help: "Which history.")
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Many histories, as 0..<100.", valueName: "a..<b"))
    var seeds: String?

    @Option(help: "How many clients at the start, 2 to 20; from the seed if not given.")
    var nodes: Int?

    @Option(help: "How many events.")
    var events = 150

    @Option(
        help: ArgumentHelp(
            "What may go wrong, with commas between; none, all; from the seed if not given.", valueName: "kinds"))
    var faults: String?

    @Option(help: ArgumentHelp("Of those, what may not.", valueName: "kinds"))
    var without: String?

    @Option(help: ArgumentHelp("Only these events, by their numbers.", valueName: "numbers"))
    var keep: String?

    @Option(help: "How many histories run at once.")
    var jobs = 1

    @Flag(inversion: .prefixedNo, help: "Look for a shorter history that fails in the same way.")
    var shrink = true

    @Flag(help: "Print every event.")
    var trace = false

    #if OFFBOOK_PLANT
    @Option(help: "Plant a mistake, and stop at the first history that finds it.")
    var plant: PlantedFault?

    @Flag(help: "Print the mistakes that can be planted.")
    var listPlanted = false
    #endif

    func validate() throws {
        guard events >= 0 else { throw ValidationError("--events takes a number of at least 0.") }
        guard jobs >= 1 else { throw ValidationError("--jobs takes a number of at least 1.") }
        if let nodes, !Plan.nodesRange.contains(nodes) { throw ValidationError("--nodes takes 2 to 20.") }
        _ = try chosenFaults()
        _ = try range()
    }

    private func chosenFaults() throws -> Set<FaultKind>? {
        guard let faults else { return nil }
        if faults == "none" { return [] }
        return faults == "all" ? Set(FaultKind.allCases) : try named(faults)
    }

    private func named(_ faults: String) throws -> Set<FaultKind> {
        Set(
            try faults.split(separator: ",").map { name in
                guard let fault = FaultKind(rawValue: String(name)) else {
                    let known = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("There is no fault \(name), but \(known).")
                }
                return fault
            })
    }

    private func range() throws -> Range<UInt64> {
        guard let seeds else { return seed..<seed + 1 }
        let bounds = seeds.replacing("..<", with: " ").split(separator: " ").map { UInt64($0) }
        guard bounds.count == 2, let low = bounds[0], let high = bounds[1], low < high else {
            throw ValidationError("--seeds takes a range such as 0..<100.")
        }
        return low..<high
    }

    func run() async throws {
        #if OFFBOOK_PLANT
        if listPlanted { return say(PlantedFault.allCases.map(\.rawValue).joined(separator: "\n")) }
        if let plant { return try await find(plant) }
        #endif
        var campaign = Campaign(mustHit: seeds == nil ? [] : try chosenFaults() ?? Set(FaultKind.allCases))
        let plans = try range().map(plan)
        try await Runner.run(plans, atOnce: jobs) { plan, result in
            campaign.add(result, plan)
            if trace { say(result.trace.lines.joined(separator: "\n") + "\nhash \(result.trace.hash)") }
            if let violation = result.violation { try await report(plan, result, violation) }
        }
        say(campaign.summary)
        if !campaign.hasHeld { throw ExitCode.failure }
    }

    #if OFFBOOK_PLANT
    /// Prints the mistake, how many histories it took, what saw it and on which seed.
    private func find(_ fault: PlantedFault) async throws {
        for (count, seed) in try range().enumerated() {
            PlantedFault.current = fault
            let plan = try plan(seed)
            guard let violation = try await Runner.run(plan).violation else { continue }
            PlantedFault.current = nil
            if let other = try await Runner.run(plan).violation {
                say("\(fault.rawValue) | - | - | seed \(seed) fails without it too: \(other)")
                throw ExitCode.failure
            }
            return say(
                "\(fault.rawValue) | \(count + 1) | \(violation.kind.rawValue) | seed \(seed): \(violation.detail)")
        }
        say("\(fault.rawValue) | never | - |")
        throw ExitCode.failure
    }
    #endif

    private func plan(_ seed: UInt64) throws -> Plan {
        var plan = Plan(seed: seed, nodes: nodes, events: events, faults: try chosenFaults())
        if let without { plan.faults.subtract(try named(without)) }
        if let keep { plan.keep(Set(keep.split(separator: ",").compactMap { Int($0) })) }
        return plan
    }

    private func report(_ plan: Plan, _ result: RunResult, _ violation: Violation) async throws {
        say("seed \(plan.seed) failed: \(violation)\n  again: \(plan.command)")
        guard shrink else { return }
        var shrinking = Shrinking(plan, violation)
        let shortest = try await shrinking.run()
        let again = try await Runner.run(shortest)
        say("  shrunk to \(shortest.events.count) events on \(shortest.nodes) nodes: \(shortest.command)")
        for line in again.trace.lines { say("    \(line)") }
    }
}
