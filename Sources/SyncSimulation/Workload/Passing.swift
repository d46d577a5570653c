internal import Changesets
internal import FoundationEssentials
internal import PromptFiles
internal import PromptLibrary
internal import ReplicaStore
internal import SyncEngine
internal import SyncProtocol

/// Files: prompts from elsewhere, and changesets from one node to another.
extension Simulation {
    /// Of a few files, the same on every node that imports one.
    func importFile(_ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        let number = dice.below(4)
        let json = """
            [{"name":"imported \(number)","body":"one","tags":["x"]},{"name":"imported \(number)","body":"two"},
             {"name":"single \(number)","body":"three \(dice.below(2))","description":"from a file"}]
            """
        try settle(node)
        let known = Set(node.reference.rows.keys)
        let report = try node.library.importPrompts(ImportRequest(PromptFile.read(Array(json.utf8), as: .json))).report
        try settle(node)
        try checkImport(node, known)
        return "\(number): \(report.created) new, \(report.updated) changed, \(report.restored) back"
    }

    /// A prompt that an import made bears time zero, so that any edit of it wins.
    private func checkImport(_ node: VirtualNode, _ known: Set<Key>) throws {
        for (key, row) in node.reference.rows where key.table == SyncedTable.prompts.number && !known.contains(key) {
            let times = row.cells.compactMap(\.stamp?.time)
            try require(times.allSatisfy { $0 == 0 }, .clock, "\(node.name): \(key) was imported, and has a time")
        }
    }

    func exchangeFile(_ event: Event, _ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        let other = clients[event.other % clients.count]
        guard other !== node, !node.isTainted, !other.isTainted else { return "not passed" }
        let last = try node.shell.integer("SELECT last_position FROM replica")
        let since = dice.once(in: 2) ? 0 : max(0, last - Int64(dice.below(40)))
        let recorder = Recorder()
        _ = try node.replica.export(since: since) { recorder.bytes += $0 }
        try observe(node, .own)
        for page in try ChangesetFile(recorder.bytes).pages { try register(Array(page), node.reference.rows) }
        let (replica, seq) = try (node.replicaID, node.lastSeq)
        exported[replica] = max(exported[replica] ?? 0, seq)
        if dice.once(in: 3) { oldFiles.append(PassedFile(bytes: recorder.bytes)) }
        return "since \(since) to \(other.name): \(try join(recorder.bytes, other, &dice))"
    }

    func exchangeOldFile(_ event: Event, _ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        guard let file = dice.pick(oldFiles), !node.isTainted else { return "not passed" }
        return try join(file.bytes, node, &dice)
    }

    private func join(_ bytes: [UInt8], _ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        let file = try ChangesetFile(bytes)
        if dice.once(in: 2) { try settle(node) }
        let isKnown = try isSettled(node)
        // What is from a clock far ahead is set aside, and joined by nobody.
        let limit = try fileTimeLimit(node)
        let incoming = try file.pages.flatMap { try known(Array($0)) }.filter { $0.row.latestTime <= limit }
        node.atRisk = Risk(incoming: incoming, isKnown: isKnown)
        do {
            let summary = try node.replica.join(file)
            node.atRisk = nil
            let denied = Set(
                summary.denied.compactMap { row in SyncedTables.later.named(row.table).map { Key($0, row.row) } })
            try observe(node, isKnown ? .join(incoming, denied: denied) : .unknown(incoming))
            return "\(summary.changed) changed, \(summary.conflicts) conflicts"
        } catch let error as ReplicaError where error.code == .denied {
            node.atRisk = nil
            throw error
        }
    }

    /// A day ahead of the node's clock, as its server has corrected it.
    private func fileTimeLimit(_ node: VirtualNode) throws -> Int64 {
        let offset = try node.shell.integer("SELECT clock_offset FROM replica")
        return HybridTime(milliseconds: node.clock.now + offset + 86_400_000).rawValue
    }

    /// Another workspace's file and another workspace's push: both must be turned away, and change
    /// nothing.
    func meetForeigner(_ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        let foreign = RowID.uuid7(at: 1, dice.source())
        try settle(node)
        let position = node.reference.position
        let recorder = Recorder()
        let header = ChangesetFile.Header(
            schemaVersion: 1, workspace: foreign, workspaceName: "Another", replica: .random(dice.source()),
            nodeName: "stranger", seq: 1, nonce: [1], since: 0, next: 1)
        var writer = try ChangesetFileWriter(header) { recorder.bytes += $0 }
        try writer.append(ChangesetPage(batches: []))
        try writer.finish()
        do {
            _ = try node.replica.join(ChangesetFile(recorder.bytes))
            throw Violation(.isolation, "\(node.name) took a file of another workspace")
        } catch let error as ReplicaError where error.code == .foreignWorkspace {}
        try pushForeign(node, foreign)
        try observe(node, .own)
        try require(node.reference.position == position, .isolation, "\(node.name) changed by a foreign file")
        return "turned away"
    }

    private func pushForeign(_ node: VirtualNode, _ foreign: RowID) throws {
        var push = PushRequest()
        push.workspaceID = Data(foreign.bytes)
        push.replicaID = Data(try node.replicaID.bytes)
        push.epoch = Data(try server.replica.serverIdentity().epoch)
        push.pushID = Data(repeating: 1, count: 16)
        push.seq = 1
        push.nonce = Data([1])
        do {
            _ = try serve(.push(push))
            throw Violation(.isolation, "the server took a push for another workspace")
        } catch let refusal as SyncRefusal where refusal.code == .foreignWorkspace {}
    }
}

private final class Recorder { var bytes: [UInt8] = [] }
