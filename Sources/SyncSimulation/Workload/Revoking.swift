internal import AccessControl
internal import Changesets
internal import ReplicaStore
internal import SyncEngine
internal import SyncProtocol

/// What a directory says of whoever uses a node. Copies of a node are used by the same person.
final class Access {
    var isMember = true
    var hidden: Set<RowID> = []
}

/// Access that is taken away and given back while nodes are offline.
extension Simulation {
    private var isRevoking: Bool { plan.faults.contains(.revocation) && !isAccessOpen }

    func actor(of node: VirtualNode) throws -> Actor {
        guard isRevoking else { return .everything }
        let access = node.access
        return Actor(
            account: node.name,
            view: ReadView(
                isMember: access.isMember, users: Set([try node.user].compactMap { $0 }), hiddenProjects: access.hidden),
            role: access.isMember ? .owner : nil)
    }

    /// Who sends a request; nil where no node is what it names any more.
    func sender(of request: SyncRequest) throws -> Actor? {
        let id: [UInt8]
        switch request {
        case .handshake(let request): id = [UInt8](request.replicaID)
        case .push(let request): id = [UInt8](request.replicaID)
        case .pull(let request): id = [UInt8](request.replicaID)
        case .digest(let request): id = [UInt8](request.replicaID)
        case .rows(let request): id = [UInt8](request.replicaID)
        case .label: return .everything
        }
        guard isRevoking else { return .everything }
        return try clients.first { try $0.replicaID.bytes == id }.map(actor)
    }

    func changeAccess(_ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        switch dice.below(4) {
        case 0:
            try node.shell.run(
                """
                UPDATE prompts SET visibility = CASE visibility WHEN 'private' THEN 'workspace' ELSE 'private' END
                WHERE id IN (SELECT id FROM prompts WHERE created_by = (SELECT user_id FROM replica) ORDER BY id LIMIT 2)
                """)
            return "hides prompts, or shows them"
        case 1:
            node.access.isMember.toggle()
            return node.access.isMember ? "is a member again" : "is no member any more"
        default:
            let projects = try server.shell.run("SELECT id FROM projects ORDER BY id").compactMap {
                $0[0].blob.flatMap { RowID($0) }
            }
            node.access.hidden = Set(projects.filter { _ in dice.once(in: 2) })
            return "\(node.access.hidden.count) projects are hidden"
        }
    }

    // MARK: The oracle

    /// Whether a row that has gone from a node went rightly: it may not be read there, as the server has it or
    /// as it was there.
    func mayBeLost(_ key: Key, _ row: ReferenceRow, at node: VirtualNode) throws -> Bool {
        guard isRevoking, !node.isServer else { return false }
        if let served = server.reference.rows[key], try isReadable(key, served, server.reference.rows, node) != true {
            return true
        }
        return try isReadable(key, row, node.reference.rows, node) != true
    }

    /// Whether a row that is not there when a file brings it may stay away: it was lost, its edits are below the
    /// floor, and the server sends it to who may see it again.
    func mayBeLeftToPull(_ key: Key, _ row: ReferenceRow, at node: VirtualNode) -> Bool {
        guard isRevoking, !node.isServer, node.reference.rows[key] == nil, let served = server.reference.rows[key]
        else { return false }
        let vector = ReferenceRow.vector(served.dots)
        return row.edits.allSatisfy { $0.dot.seq <= vector[$0.dot.replica] ?? 0 }
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

    /// After a whole sync nothing is held that may not be read.
    func checkHeld(_ node: VirtualNode) throws {
        guard isRevoking else { return }
        for (key, row) in server.reference.rows where node.reference.rows[key] != nil {
            if try isReadable(key, row, server.reference.rows, node) == false, try !isOwn(key, row, node),
                try node.rows.row(key) != nil, try !isChanged(key, row, node)
            {
                let cells = row.cells.map(\.value.shown)
                throw Violation(.isolation, "\(node.name) holds \(key), which may not be read there: \(cells)")
            }
        }
        guard node.access.isMember else { return }
        for (key, row) in server.reference.rows where node.reference.rows[key] == nil {
            if try isReadable(key, row, server.reference.rows, node) == true, try node.rows.row(key) == nil {
                let owner = key.owner(in: row).map { ", of \($0)" } ?? ""
                throw Violation(.isolation, "\(node.name) lacks \(key)\(owner), which may be read there")
            }
        }
    }

    /// What somebody changed while the sync ran goes with the next one, and all that belongs to it, or was
    /// written without any access.
    private func isChanged(_ key: Key, _ row: ReferenceRow, _ node: VirtualNode) throws -> Bool {
        try ([key] + [key.owner(in: row)].compactMap { $0 }).contains { try isChanged($0, node) }
    }

    /// Whether it is yet to be sent.
    func isChanged(_ key: Key, _ node: VirtualNode) throws -> Bool {
        guard try node.isFolded else { return true }
        return try node.shell.integer(
            "SELECT count(*) FROM row_clocks WHERE tbl = ? AND id = ? AND dirty = 1",
            [.integer(Int64(key.table)), .blob(key.id)]) > 0
    }

    private func isOwn(_ key: Key, _ row: ReferenceRow, _ node: VirtualNode) throws -> Bool {
        switch tables[key.table]?.name {
        case "workspaces", "users", "nodes": true
        case "preferences": try key.value("owner_id", of: row)?.rowID == node.user
        default: false
        }
    }

    /// By the rows that the reference knows, and nothing of what the product derives. Nil where it can't be told.
    private func isReadable(
        _ key: Key, _ row: ReferenceRow, _ rows: [Key: ReferenceRow], _ node: VirtualNode
    ) throws -> Bool? {
        guard node.access.isMember else { return false }
        let user = try node.user
        switch tables[key.table]?.name {
        case "projects": return !node.access.hidden.contains(key.id)
        case "prompts": return try isPromptReadable(key, row, node)
        case "groups":
            return key.value("visibility", of: row)?.text == "workspace"
                || key.value("created_by", of: row)?.rowID == user
        case "favourites": return key.value("user_id", of: row)?.rowID == user
        case "preferences":
            let owner = key.value("owner_id", of: row)?.rowID
            return owner == user || owner == workspace
        case "conflicts":
            guard let name = key.value("table_name", of: row)?.text, let table = SyncedTables.later.named(name),
                let id = key.value("row_id", of: row)?.rowID
            else { return nil }
            let subject = Key(table, id)
            guard let found = rows[subject] else { return nil }
            return try isReadable(subject, found, rows, node)
        default: break
        }
        guard let owner = key.owner(in: row), tables[key.table]?.name != "purges" else {
            return tables[key.table]?.root == nil ? true : nil
        }
        guard let found = rows[owner] else { return nil }
        return try isReadable(owner, found, rows, node)
    }

    private func isPromptReadable(_ key: Key, _ row: ReferenceRow, _ node: VirtualNode) throws -> Bool {
        guard key.value("visibility", of: row)?.text == "workspace" else {
            return key.value("created_by", of: row)?.rowID == (try node.user)
        }
        guard let value = key.value("project_id", of: row), value != .null else { return true }
        guard let project = value.rowID else { return false }
        return !node.access.hidden.contains(project)
    }
}

extension Key {
    /// The root that the row belongs to, or the prompt that it names.
    fileprivate func owner(in row: ReferenceRow) -> Key? {
        root(of: row) ?? value("prompt_id", of: row)?.rowID.map { Key(.prompts, $0) }
    }

    fileprivate func value(_ column: String, of row: ReferenceRow) -> Value? {
        guard let place = tables[table]?.columns.firstIndex(of: column), place < row.cells.count else { return nil }
        return row.cells[place].value
    }
}

extension Value {
    fileprivate var rowID: RowID? { blob.flatMap { RowID($0) } }
}

extension VirtualNode {
    /// Who uses it, as its file says.
    var user: RowID? {
        get throws { try shell.run("SELECT user_id FROM replica").first?[0].blob.flatMap { RowID($0) } }
    }
}
