internal import Changesets
internal import SyncEngine

extension Simulation {
    func sync(_ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        guard try isReachable(node) else { return "unreachable" }
        let session = try beginSession(node, SplitMix64(dice.next()))
        while try step(session) { try editMeanwhile(session) }
        try finish(session)
        try checkHeld(node)
        return session.sync.summary.shown
    }

    /// Somebody goes on working while the sync runs.
    private func editMeanwhile(_ session: Session) throws {
        guard session.dice.once(in: 12) else { return }
        try session.node.shell.run(
            "UPDATE prompts SET description = ? WHERE id IN (SELECT id FROM prompts ORDER BY id LIMIT 1)",
            [.text("meanwhile \(event?.number ?? 0)")])
    }

    /// Several clients at once, their exchanges in any order.
    func syncTogether(_ event: Event, _ dice: inout SplitMix64) throws -> String {
        let count = dice.within(2...4)
        var sessions: [Session] = []
        for place in 0..<min(count, clients.count) {
            let node = clients[(event.node + place) % clients.count]
            guard try isReachable(node) else { continue }
            sessions.append(try beginSession(node, SplitMix64(dice.next())))
        }
        if sessions.count > 1 { faults.note(.reorder) }
        return try interleave(sessions, &dice)
    }

    private func interleave(_ all: [Session], _ dice: inout SplitMix64) throws -> String {
        var open = all
        var outcomes: [String] = []
        while !open.isEmpty {
            let place = dice.below(open.count)
            let session = open[place]
            do {
                if try step(session) { continue }
                try finish(session)
                outcomes.append("\(session.node.name) \(session.sync.summary.shown)")
            } catch is ConnectionLost {
                outcomes.append("\(session.node.name) cut")
            }
            open.remove(at: place)
        }
        return outcomes.joined(separator: "; ")
    }

    private func isReachable(_ node: VirtualNode) throws -> Bool {
        guard let event, event.number < node.unreachableUntil else { return true }
        faults.note(.partition)
        return false
    }

    /// A node that came through a whole sync, and has its id for itself, may pass files again.
    func finish(_ session: Session) throws {
        let node = session.node
        let id = try node.replicaID
        let others = clients.filter { $0 !== node }
        if try others.allSatisfy({ try $0.replicaID != id }) { node.isTainted = false }
    }

    /// A whole sync that nothing disturbs.
    func syncSafely(_ node: VirtualNode) throws -> SyncSummary {
        let session = try beginSession(node, SplitMix64(0))
        while try step(session, isSafe: true) {}
        try finish(session)
        return session.sync.summary
    }
}

extension SyncSummary {
    var shown: String {
        var parts = ["sent \(sent)", "received \(received)"]
        if conflicts > 0 { parts.append("\(conflicts) conflicts") }
        if !denials.isEmpty { parts.append("\(denials.count) denied") }
        if wasReparented { parts.append("re-parented") }
        if wasRestamped { parts.append("restamped") }
        if metNewEpoch { parts.append("new epoch") }
        if losses.rows > 0 { parts.append("\(losses.rows) lost, \(losses.setAside) of them set aside") }
        if lostAccess { parts.append("no member") }
        return parts.joined(separator: ", ")
    }
}
