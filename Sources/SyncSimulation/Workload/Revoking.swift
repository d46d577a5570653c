internal import AccessControl
internal import Changesets
internal import ReplicaStore
internal import SyncEngine
internal import SyncProtocol

/// What a directory says of whoever uses a node. Copies of a node are used by the same person.
final class Access {
    /// Nil for who does not belong to the workspace any more.
    var role: Role? = .owner
    var hidden: Set<RowID> = []
    var shares: [RowID: Share] = [:]
}

/// Access that is taken away and given back while nodes are offline.
extension Simulation {
    private var isRevoking: Bool { plan.faults.contains(.revocation) && !isAccessOpen }

    func actor(of node: VirtualNode) throws -> Actor {
        guard isRevoking else { return .everything }
        let access = node.access
        let view = ReadView(
            isMember: access.role != nil, users: Set([try node.user].compactMap { $0 }), hiddenProjects: access.hidden)
        return Actor(account: node.name, view: view, role: access.role, groups: access.shares)
    }

    /// Who sends a request; nil where no node is what it names any more.
    func sender(of request: SyncRequest) throws -> Actor? {
        guard isRevoking, let id = request.replicaID else { return .everything }
        return try node(with: id).map(actor)
    }

    private func node(with replica: [UInt8]) throws -> VirtualNode? {
        try clients.first { try $0.replicaID.bytes == replica }
    }

    func changeAccess(_ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        // What they knew by their last pull need not be what they are to know now.
        for copy in clients where copy.access === node.access { copy.pulledAt = nil }
        switch dice.below(6) {
        case 0: return try turnPrivate(node)
        case 1:
            node.access.role = node.access.role == nil ? .owner : nil
            return node.access.role == nil ? "is no member any more" : "is a member again"
        case 2:
            node.access.role = dice.pick([.viewer, .member, .owner])
            return "is \(node.access.role?.rawValue ?? "")"
        case 3, 4:
            let groups = try ids(of: "groups").filter { _ in dice.once(in: 3) }
            node.access.shares = Dictionary(uniqueKeysWithValues: groups.map { ($0, dice.once(in: 2) ? .edit : .read) })
            return "\(groups.count) groups are shared"
        default:
            node.access.hidden = Set(try ids(of: "projects").filter { _ in dice.once(in: 2) })
            return "\(node.access.hidden.count) projects are hidden"
        }
    }

    private func turnPrivate(_ node: VirtualNode) throws -> String {
        try node.shell.run(
            """
            UPDATE prompts SET visibility = CASE visibility WHEN 'private' THEN 'workspace' ELSE 'private' END
            WHERE id IN (SELECT id FROM prompts WHERE created_by = (SELECT user_id FROM replica) ORDER BY id LIMIT 2)
            """)
        return "hides prompts, or shows them"
    }

    /// As the server has them.
    private func ids(of table: String) throws -> [RowID] {
        try server.shell.run("SELECT id FROM \(table) ORDER BY id").compactMap { $0[0].blob.flatMap { RowID($0) } }
    }

    // MARK: The oracle

    /// Whether a row that has gone from a node went rightly: it may not be read there, as the server has it or
    /// as it was there.
    func mayBeLost(_ key: Key, _ row: ReferenceRow, at node: VirtualNode) throws -> Bool {
        guard isRevoking, !node.isServer else { return false }
        if let served = server.reference.rows[key], try reading(server, by: node).allows(key, served) != true {
            return true
        }
        return try reading(node, by: node).allows(key, row) != true
    }

    /// Whether a row has gone of which the server has all: where it may be read, it is there again when the sync
    /// is done.
    func comesAgain(_ key: Key, _ row: ReferenceRow, at node: VirtualNode) -> Bool {
        guard isRevoking, !node.isServer, let served = server.reference.rows[key] else { return false }
        let (edits, deletes) = (ReferenceRow.vector(served.edits), ReferenceRow.vector(served.deletes))
        return row.edits.allSatisfy { $0.dot.seq <= edits[$0.dot.replica] ?? 0 }
            && row.deletes.allSatisfy { $0.dot.seq <= deletes[$0.dot.replica] ?? 0 }
    }

    /// Whether an entry of the journal went with the row that it is about, which comes again: the entry itself need not
    /// be on the server, and is an orphan then.
    func wentAlong(_ key: Key, _ row: ReferenceRow, at node: VirtualNode) -> Bool {
        guard let subject = Collected.subject(of: key, row), let known = node.reference.rows[subject] else {
            return false
        }
        return comesAgain(subject, known, at: node)
    }

    /// Whether a row that is not there when a file brings it may stay away, as below the floor: it was lost, and
    /// the server sends it to who may see it again; or the server refused it, as it does protected labels
    /// whoever they come from (model.md, section 15).
    func mayBeLeftToPull(_ key: Key, _ row: ReferenceRow, at node: VirtualNode) throws -> Bool {
        guard isRevoking || key.table == SyncedTable.labels.number else { return false }
        guard !node.isServer, node.reference.rows[key] == nil else { return false }
        let served = ReferenceRow.vector(server.reference.rows[key]?.dots ?? [])
        return try row.edits.allSatisfy { edit in
            let known = try acknowledged(edit.dot.replica)
            return edit.dot.seq <= max(served[edit.dot.replica] ?? 0, UInt64(clamping: known))
        }
    }

    /// Up to which transaction of a replica the server has all: of its own, those that moved protected labels, to the
    /// last.
    private func acknowledged(_ replica: ReplicaID) throws -> Int64 {
        guard replica != server.reference.replica else { return try server.lastSeq }
        return try server.shell.integer("SELECT seq FROM peers WHERE replica_id = ?", [.blob(replica.rowID)])
    }

    /// What the server has never had, and may not be held any more, is with the orphans.
    func checkSetAside(_ key: Key, _ row: ReferenceRow, at node: VirtualNode) throws {
        guard isRevoking, row.isAlive, server.reference.rows[key] == nil, !collected.contains(key), serverRestoredAt < 0
        else { return }
        let orphans = try node.shell.integer(
            "SELECT count(*) FROM orphans WHERE table_name = ? AND row_id = ?",
            [.text(tables[key.table]?.name ?? ""), .blob(key.id)])
        try require(
            orphans > 0, .durability, "\(node.name): \(key) was not sent, may not be read any more, and is no orphan")
    }

    /// Nothing goes out to somebody who may not read it, though they would not keep it.
    func checkSent(_ page: [UInt8], for request: SyncRequest) throws {
        guard isRevoking, let node = try request.replicaID.flatMap(node) else { return }
        let reading = try reading(server, by: node)
        for sent in try known(page) where reading.allows(sent.key, sent.row) == false {
            throw Violation(.isolation, "\(node.name) is sent \(sent.key), which may not be read there")
        }
    }

    /// After a whole sync nothing is held that may not be read.
    func checkHeld(_ node: VirtualNode) throws {
        guard isRevoking else { return }
        let reading = try reading(server, by: node)
        for (key, row) in server.reference.rows where node.reference.rows[key] != nil {
            if reading.allows(key, row) == false, !reading.isOwn(key, row), try node.rows.row(key) != nil,
                try !isChanged(key, row, node), try !isOwnNote(key, row, node)
            {
                let cells = row.cells.map(\.value.shown)
                throw Violation(.isolation, "\(node.name) holds \(key), which may not be read there: \(cells)")
            }
        }
        for (key, row) in server.reference.rows where node.reference.rows[key] == nil {
            if reading.allows(key, row) == true, try node.rows.row(key) == nil {
                let owner = key.owner(in: row).map { ", of \($0)" } ?? ""
                throw Violation(.isolation, "\(node.name) lacks \(key)\(owner), which may be read there")
            }
        }
    }

    /// What the user of a node may read of what another one holds.
    private func reading(_ holder: VirtualNode, by node: VirtualNode) throws -> Reading {
        Reading(holder.reference.rows, node.access, user: try node.user, workspace: workspace)
    }

    /// What somebody changed while the sync ran goes with the next one, and all that belongs to it, or was
    /// written without any access.
    private func isChanged(_ key: Key, _ row: ReferenceRow, _ node: VirtualNode) throws -> Bool {
        let owners = [key.owner(in: row), Collected.subject(of: key, row)].compactMap { $0 }
        return try ([key] + owners).contains { try isChanged($0, node) }
    }

    /// What somebody noted of a prompt that is not here is their own as far as anybody can tell here: it came by
    /// a file, without the prompt (model.md, section 15).
    private func isOwnNote(_ key: Key, _ row: ReferenceRow, _ node: VirtualNode) throws -> Bool {
        let isNote = [SyncedTable.usageEvents, .testRuns].contains { $0.number == key.table }
        guard isNote, let prompt = key.owner(in: row) else { return false }
        return try node.rows.row(prompt) == nil && reading(server, by: node).isNotedByUser(key, row)
    }

    /// Whether it is yet to be sent.
    func isChanged(_ key: Key, _ node: VirtualNode) throws -> Bool {
        guard try node.isFolded else { return true }
        return try node.shell.integer(
            "SELECT count(*) FROM row_clocks WHERE tbl = ? AND id = ? AND dirty = 1",
            [.integer(Int64(key.table)), .blob(key.id)]) > 0
    }
}

extension VirtualNode {
    /// Who uses it, as its file says.
    var user: RowID? {
        get throws { try shell.run("SELECT user_id FROM replica").first?[0].blob.flatMap { RowID($0) } }
    }
}

extension SyncRequest {
    /// Who sends it; nil for a label's move, which does not say.
    fileprivate var replicaID: [UInt8]? {
        switch self {
        case .handshake(let request): [UInt8](request.replicaID)
        case .push(let request): [UInt8](request.replicaID)
        case .pull(let request): [UInt8](request.replicaID)
        case .digest(let request): [UInt8](request.replicaID)
        case .rows(let request): [UInt8](request.replicaID)
        case .label: nil
        }
    }
}
