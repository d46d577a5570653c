import Foundation
import Testing

/// `kill -9` of the client or the server in the middle of their work: the libraries are sound, what was
/// saved or acknowledged is there, and the next run completes.
///
/// The moments are random parts of the time that the same work takes undisturbed.
@Suite(.serialized) struct KillTests {
    /// OFFBOOK_KILLS=200 kills as many processes as that.
    private static let kills = Int(ProcessInfo.processInfo.environment["OFFBOOK_KILLS"] ?? "") ?? 12

    private struct Plan {
        var work: KillStage.Work
        var victim: KillStage.Victim
    }

    /// A server has nothing to do with an import.
    private static let plans =
        KillStage.Work.allCases.flatMap { work in
            work == .importing
                ? [Plan(work: work, victim: .client)]
                : [Plan(work: work, victim: .client), Plan(work: work, victim: .server)]
        } + [Plan(work: .push, victim: .server)]

    /// So many on one stage: libraries grow, and the work is to stay short.
    private static let killsPerStage = 16

    @Test("Whoever is killed at whatever moment: nothing is lost, and the next run completes")
    func kills() throws {
        var hits: [String: Int] = [:]
        var done = 0
        while done < Self.kills {
            let stage = try KillStage()
            let last = min(Self.kills, done + Self.killsPerStage)
            while done < last {
                let plan = Self.plans[done % Self.plans.count]
                try hit(plan, on: stage)
                hits["\(plan.work.rawValue), \(plan.victim)", default: 0] += 1
                done += 1
            }
            try stage.expectEqual()
        }
        print("killed in the middle: \(hits.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: "; "))")
    }

    /// A kill that comes late finds the work done, and does not count.
    private func hit(_ plan: Plan, on stage: KillStage) throws {
        for part in [1.0, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1] {
            if try stage.kill(plan.victim, during: plan.work, within: part) { return }
        }
        Issue.record("\(plan.work) was always done before the kill of the \(plan.victim)")
    }
}
