internal import AccessControl
internal import Changesets
internal import ReplicaStore

/// What somebody may read, by the rows that the reference knows, and nothing of what the product derives.
final class Reading {
    private let rows: [Key: ReferenceRow]
    private let access: Access
    private let user: RowID?
    private let workspace: RowID
    /// The prompts in groups that are shared with them.
    private lazy var shared = access.shares.isEmpty ? [] : Self.shared(rows, access.shares)

    init(_ rows: [Key: ReferenceRow], _ access: Access, user: RowID?, workspace: RowID) {
        self.rows = rows
        self.access = access
        self.user = user
        self.workspace = workspace
    }

    private static func shared(_ rows: [Key: ReferenceRow], _ shares: [RowID: Share]) -> Set<RowID> {
        var prompts: Set<RowID> = []
        let entries = SyncedTable.groupEntries.number
        // By the keys alone: rows are large, and few of them are entries.
        for key in rows.keys where key.table == entries {
            guard let row = rows[key], row.isAlive, let group = key.value("group_id", of: row)?.rowID,
                shares[group] != nil,
                rows[Key(.groups, group)]?.isAlive == true
            else { continue }
            if let prompt = key.value("prompt_id", of: row)?.rowID { prompts.insert(prompt) }
        }
        return prompts
    }

    private var isMember: Bool { access.role != nil }

    /// What stays whatever is taken away.
    func isOwn(_ key: Key, _ row: ReferenceRow) -> Bool {
        switch tables[key.table]?.name {
        case "workspaces", "users", "nodes": true
        case "preferences": key.value("owner_id", of: row)?.rowID == user
        default: false
        }
    }

    func isNotedByUser(_ key: Key, _ row: ReferenceRow) -> Bool { key.value("user_id", of: row)?.rowID == user }

    /// Nil where it can't be told.
    func allows(_ key: Key, _ row: ReferenceRow) -> Bool? {
        guard isMember || !access.shares.isEmpty else { return false }
        switch tables[key.table]?.name {
        case "workspaces", "purges", "policies": return true
        case "users": return isMember || key.id == user
        case "nodes": return isMember || key.value("user_id", of: row)?.rowID == user
        case "projects": return isMember && !access.hidden.contains(key.id)
        case "prompts": return shared.contains(key.id) || isPromptAtHome(key, row)
        case "groups": return access.shares[key.id] != nil || isGroupAtHome(key, row)
        case "favourites", "jobs": return key.value("user_id", of: row)?.rowID == user
        case "violations":
            return key.value("user_id", of: row)?.rowID == user || access.role.map { $0 >= .admin } ?? false
        case "preferences":
            let owner = key.value("owner_id", of: row)?.rowID
            return owner == user || isMember && owner == workspace
        case "conflicts": return allowsJournal(key, row)
        default: return allowsDependent(key, row)
        }
    }

    private func allowsJournal(_ key: Key, _ row: ReferenceRow) -> Bool? {
        guard let name = key.value("table_name", of: row)?.text, let table = SyncedTables.later.named(name),
            let id = key.value("row_id", of: row)?.rowID
        else { return nil }
        let subject = Key(table, id)
        return rows[subject].flatMap { allows(subject, $0) }
    }

    private func allowsDependent(_ key: Key, _ row: ReferenceRow) -> Bool? {
        guard let owner = key.owner(in: row) else {
            // What was done without a prompt is its user's.
            if let user = key.value("user_id", of: row) { return user.rowID == self.user }
            return tables[key.table]?.root == nil && isMember ? true : nil
        }
        return rows[owner].flatMap { allows(owner, $0) }
    }

    private func isGroupAtHome(_ key: Key, _ row: ReferenceRow) -> Bool {
        guard key.value("visibility", of: row)?.text == "workspace" else {
            return key.value("created_by", of: row)?.rowID == user
        }
        return isMember
    }

    private func isPromptAtHome(_ key: Key, _ row: ReferenceRow) -> Bool {
        guard key.value("visibility", of: row)?.text == "workspace" else {
            return key.value("created_by", of: row)?.rowID == user
        }
        guard isMember, let value = key.value("project_id", of: row) else { return isMember }
        guard value != .null else { return true }
        guard let project = value.rowID else { return false }
        return !access.hidden.contains(project)
    }
}

extension Key {
    /// The root that the row belongs to, or the prompt that it names where it belongs to none by its table.
    func owner(in row: ReferenceRow) -> Key? {
        guard tables[table]?.root == nil else { return root(of: row) }
        return value("prompt_id", of: row)?.rowID.map { Key(.prompts, $0) }
    }

    fileprivate func value(_ column: String, of row: ReferenceRow) -> Value? {
        guard let place = tables[table]?.columns.firstIndex(of: column), place < row.cells.count else { return nil }
        return row.cells[place].value
    }
}

extension Value {
    fileprivate var rowID: RowID? { blob.flatMap { RowID($0) } }
}
