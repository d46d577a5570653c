internal import Changesets
internal import ReplicaStore

/// What is done to nodes: backups, copies, restores, clocks and wires.
extension Simulation {
    private static let copiesMax = 3
    private static let hour = 3_600_000
    private static let day: Int64 = 86_400_000

    func befall(_ event: Event, _ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        if let fault = event.kind.fault, fault == .clockHours || fault == .clockYears { faults.note(fault) }
        switch event.kind {
        case .backUp: return try backUp(dice.once(in: 4) ? server : node)
        case .jumpHours: return try jump(node, Int64(dice.within(1...72) * Self.hour), &dice)
        case .jumpYears: return try jump(node, Int64(dice.within(1...80)) * 365 * Self.day, &dice)
        case .partition:
            node.unreachableUntil = event.number + dice.within(5...40)
            return "until #\(node.unreachableUntil)"
        case .clone: return try copy(node, event, isTwin: false)
        case .twin: return try copy(node, event, isTwin: true)
        case .restoreClient: return try restoreClient(event, &dice, inPlace: false)
        case .rewindClient: return try restoreClient(event, &dice, inPlace: true)
        default: return try restoreServer(event, &dice)
        }
    }

    private func jump(_ node: VirtualNode, _ milliseconds: Int64, _ dice: inout SplitMix64) throws -> String {
        let jump = dice.once(in: 2) ? milliseconds : -milliseconds
        if dice.once(in: 2) { try meetOneAhead(node, &dice) }
        node.clock.jump(by: jump)
        let shown = "by \(jump / Int64(Self.hour)) h"
        guard dice.once(in: 2) else { return shown }
        // Work goes on, and shows by its stamps before and after a sync.
        try describeFirst(node, "before the sync")
        let synced = try sync(node, &dice)
        try describeFirst(node, "after the sync")
        return "\(shown), \(synced)"
    }

    /// Somebody whose clock is a little ahead, as may be, has just written what this node is about to.
    private func meetOneAhead(_ node: VirtualNode, _ dice: inout SplitMix64) throws {
        let ahead = clients.filter { $0 !== node && (30_000...110_000).contains($0.clock.now - time.now) }
        guard let other = dice.pick(ahead) else { return }
        try describeFirst(other, "ahead of the others", column: "category")
        for one in [other, node] { _ = try sync(one, &dice) }
    }

    func describeFirst(_ node: VirtualNode, _ words: String, column: String = "description") throws {
        try node.shell.run(
            "UPDATE prompts SET \(column) = ? WHERE id IN (SELECT id FROM prompts ORDER BY id LIMIT 4)",
            [.text("\(event?.number ?? 0) \(words)")])
        try settle(node)
    }

    private func backUp(_ node: VirtualNode) throws -> String {
        try settle(node)
        backups.append(
            Backup(
                node: node.name, image: try node.disk.copy(), home: node.home, reference: node.reference,
                lastSeq: try node.lastSeq, replica: try node.replicaID, number: event?.number ?? 0,
                madeAt: time.now))
        if backups.count > 4 { backups.removeFirst() }
        return node.name
    }

    /// A copy of a node goes on beside it.
    private func copy(_ node: VirtualNode, _ event: Event, isTwin: Bool) throws -> String {
        guard clients.count < plan.nodes + Self.copiesMax else { return "enough copies" }
        try settle(node)
        let copy = try bareClient("c\(event.number)", 1000 + UInt64(event.number))
        try copy.disk.install(try node.disk.copy())
        if isTwin { copy.home = node.home }
        copy.schema = node.schema
        copy.reference = node.reference
        copy.access = node.access
        copy.savedSeq = node.savedSeq
        copy.incarnation = newIncarnation()
        copy.clock.follow(node.clock)
        try copy.open()
        clients.append(copy)
        try taintSharers(of: try copy.replicaID)
        faults.note(isTwin ? .twin : .clone)
        return copy.name
    }

    /// Nodes that share an id and have not found out may not pass files.
    private func taintSharers(of replica: ReplicaID) throws {
        let sharers = try clients.filter { try $0.replicaID == replica }
        if sharers.count > 1 { for node in sharers { node.isTainted = true } }
    }

    /// A client's disk is gone, with what it had not sent.
    private func restoreClient(_ event: Event, _ dice: inout SplitMix64, inPlace: Bool) throws -> String {
        let usable = backups.filter { backup in clients.contains { $0.name == backup.node } }
        guard let backup = dice.pick(usable), let node = clients.first(where: { $0.name == backup.node }) else {
            return "no backup"
        }
        guard try !inPlace || !hasLeft(backup) else { return "not in place" }
        try install(backup, on: node, home: inPlace ? backup.home : "machine:\(node.name):\(event.number)")
        node.isTainted = inPlace
        try taintSharers(of: backup.replica)
        faults.note(inPlace ? .rewindClient : .restoreClient)
        return node.name
    }

    /// Whether others have what came after a backup, and the server does not know of it: a limit of the model.
    private func hasLeft(_ backup: Backup) throws -> Bool {
        let known = try server.shell.integer(
            "SELECT coalesce(max(seq), 0) FROM peers WHERE replica_id = ?", [.blob(backup.replica.rowID)])
        return exported[backup.replica] ?? 0 > max(known, backup.lastSeq) || backup.number < serverRestoredAt
    }

    /// The server's disk is gone, and the nodes have what it had.
    private func restoreServer(_ event: Event, _ dice: inout SplitMix64) throws -> String {
        // A copy that has not found out, and a server that forgot what it knew of it: a limit of the model.
        guard !clients.contains(where: \.isTainted) else { return "not now" }
        // An older one brings back what was collected since: by explicit order only.
        let usable = backups.filter { $0.node == server.name && time.now - $0.madeAt < Self.retention }
        guard let backup = dice.pick(usable) else { return "no backup" }
        try install(backup, on: server, home: "machine:server:\(event.number)")
        serverRestoredAt = event.number
        faults.note(.restoreServer)
        return "the server"
    }

    private func install(_ backup: Backup, on node: VirtualNode, home: String) throws {
        node.close()
        try node.disk.install(backup.image)
        node.home = home
        node.reference = backup.reference
        node.incarnation = newIncarnation()
        node.savedSeq = backup.lastSeq
        node.staleBases = []
        node.pulledAt = nil
        try node.open()
    }
}
