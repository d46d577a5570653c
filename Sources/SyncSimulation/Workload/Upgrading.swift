internal import Changesets
internal import ReplicaStore
internal import SyncEngine

/// Nodes of different schemas, and their upgrades.
extension Simulation {
    private var isMixed: Bool { plan.faults.contains(.mixedSchemas) }

    /// The schema that a node of this history begins with.
    func firstSchema(of node: VirtualNode) -> ReplicaSchema {
        guard isMixed else { return .shipped }
        var dice = SplitMix64(plan.seed, 10, node.ordinal)
        return dice.below(5) < 2 ? .later : .shipped
    }

    func workLater(_ event: Event, _ node: VirtualNode, _ dice: SplitMix64) throws -> String {
        if node.isLater, everybody.contains(where: { !$0.isLater }) { faults.note(.mixedSchemas) }
        var work = LaterWork(node, event, dice)
        return try work.run()
    }

    /// A node's Offbook, or the server's, is replaced by a later one.
    func upgrade(_ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        let node = dice.once(in: 5) ? server : node
        guard !node.isLater else { return "\(node.name) is upgraded" }
        if dice.once(in: 2) { try settle(node) }
        try upgrade(node)
        faults.note(.mixedSchemas)
        return node.name
    }

    /// To show no difference, but that what was pending is sealed with the columns that there were.
    private func upgrade(_ node: VirtualNode) throws {
        node.schema = .later
        node.close()
        do {
            try node.open()
        } catch  where node.armed != nil {
            if node.disk.isDead { return try crash(node) }
            node.disk.disarm()
            node.disk.setSpace(nil)
            node.disk.setReadOnly(false)
            try node.open()
        }
        if try isSettled(node) { try examineAll(node) } else { try settle(node) }
    }

    /// When all is quiet, the others are upgraded too: all show the same then, and nothing has to travel.
    func upgradeEverybody() throws {
        guard isMixed else { return }
        for node in everybody where !node.isLater {
            try upgrade(node)
            try examineAll(node)
        }
        for node in clients {
            let summary = try syncSafely(node)
            try require(
                summary.sent == 0 && summary.received == 0, .work, "\(node.name) is upgraded, and \(summary.shown)")
        }
        for node in everybody {
            let kept = try node.shell.integer("SELECT count(*) FROM kept_columns")
            try require(kept == 0, .durability, "\(node.name) is upgraded, and \(kept) values were not taken up")
            try checkDoctor(node)
        }
        try compareAll()
    }
}
