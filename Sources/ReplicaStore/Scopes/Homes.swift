internal import AccessControl
internal import Changesets
internal import GRDB

/// Where a row is at home, and who else may read it.
struct Place: Hashable {
    /// The scope that governs it.
    var home: Scope
    /// The groups that it is in.
    var groups: Set<RowID> = []
    /// Who reads it besides.
    var also: Scope?

    var audience: Audience { Audience([home] + groups.map(Scope.group) + [also].compactMap { $0 }) }
}

/// Derives from the rows where each of them is at home: the same on a client and on its server.
final class Homes {
    enum Finding {
        case found(Place)
        /// It belongs to a row that is not here; nil where it does not name one.
        case waits(RowKey?)
    }

    private let rows: RowTables
    private let tables: SyncedTables
    private let workspace: RowID
    private let groupsOfPrompt: SQLStatement
    private var known: [RowKey: Place?] = [:]
    private var groups: [RowID: Set<RowID>] = [:]

    convenience init(_ transaction: WriteTransaction) throws {
        try self.init(transaction.database, transaction.tables, transaction.rows, transaction.workspace)
    }

    init(_ database: Database, _ tables: SyncedTables, _ rows: RowTables, _ workspace: RowID) throws {
        self.rows = rows
        self.tables = tables
        self.workspace = workspace
        // Neither DISTINCT nor IN, for which SQLite makes a table each time.
        groupsOfPrompt = try SQLStatement(
            database,
            """
            SELECT group_id FROM group_entries AS e
            WHERE prompt_id = ? AND EXISTS (SELECT 1 FROM groups WHERE id = e.group_id)
            """)
    }

    /// To be called where a row was written since something was asked.
    func forget(_ key: RowKey) {
        known[key] = nil
        guard [SyncedTable.groups, .groupEntries].contains(where: { $0.number == key.table }) else { return }
        // The places of many prompts may be others now.
        (known, groups) = ([:], [:])
    }

    func finding(_ row: RowState, _ table: SyncedTable) throws -> Finding {
        let fields = RowFields(row, table)
        switch table.number {
        case SyncedTable.workspaces.number, SyncedTable.purges.number, SyncedTable.policies.number:
            return .found(Place(home: .workspace, also: .anyone))
        case SyncedTable.users.number: return .found(Place(home: .workspace, also: .private(row.id)))
        case SyncedTable.nodes.number:
            return .found(Place(home: .workspace, also: fields.id("user_id").map(Scope.private)))
        case SyncedTable.projects.number: return .found(Place(home: .project(row.id)))
        case SyncedTable.prompts.number: return .found(try prompt(row.id, fields))
        case SyncedTable.groups.number: return .found(group(row.id, fields))
        case SyncedTable.preferences.number: return .found(Place(home: owner(fields)))
        case SyncedTable.favourites.number, SyncedTable.jobs.number:
            return .found(Place(home: Self.private(fields.id("user_id"))))
        case SyncedTable.violations.number:
            return .found(Place(home: Self.private(fields.id("user_id")), groups: [.admins]))
        case SyncedTable.conflicts.number: return try subject(fields)
        default: return try dependent(fields, table)
        }
    }

    func place(_ row: RowState, _ table: SyncedTable) throws -> Place? {
        if case .found(let place) = try finding(row, table) { place } else { nil }
    }

    /// Of a prompt or a group, alive or not; nil where it is not here.
    func root(_ key: RowKey) throws -> Place? {
        if let place = known[key] { return place }
        let place = try state(key).flatMap { try self.place($0.state, $0.table) }
        known[key] = .some(place)
        return place
    }

    func prompt(_ id: RowID) throws -> Place? { try root(RowKey(table: SyncedTable.prompts.number, id: id)) }

    func group(_ id: RowID) throws -> Place? { try root(RowKey(table: SyncedTable.groups.number, id: id)) }

    /// The values of a row, alive or not. Its clock is left empty.
    func state(_ key: RowKey) throws -> (state: RowState, table: SyncedTable)? {
        let row = try rows[key.table]
        if row.table.isKept { return try rows.state(key, .appendOnly) }
        let values =
            try row.values(of: key.id, isAlive: true)
            ?? (row.table.isImmutable ? nil : row.values(of: key.id, isAlive: false))
        return values.map { (RowState(id: key.id, clock: .appendOnly, values: $0), row.table) }
    }

    private static func `private`(_ user: RowID?) -> Scope { user.map(Scope.private) ?? .nobody }

    /// What is not plainly for all is private: a newer schema may say more.
    private func prompt(_ id: RowID, _ fields: RowFields) throws -> Place {
        let groups = try groups(of: id)
        guard fields.text("visibility") == "workspace" else {
            return Place(home: Self.private(fields.id("created_by")), groups: groups)
        }
        guard fields["project_id"] != .null else { return Place(home: .workspace, groups: groups) }
        return Place(home: fields.id("project_id").map(Scope.project) ?? .nobody, groups: groups)
    }

    private func groups(of prompt: RowID) throws -> Set<RowID> {
        if let groups = groups[prompt] { return groups }
        var found: Set<RowID> = []
        try groupsOfPrompt.forEach([.blob(prompt)]) {
            if let group = $0.rowID(0), group.length == 16 { found.insert(group) }
        }
        groups[prompt] = found
        return found
    }

    private func group(_ id: RowID, _ fields: RowFields) -> Place {
        let isShared = fields.text("visibility") == "workspace"
        return Place(home: isShared ? .workspace : Self.private(fields.id("created_by")), groups: [id])
    }

    private func owner(_ fields: RowFields) -> Scope {
        let owner = fields.id("owner_id")
        return owner == workspace ? .workspace : Self.private(owner)
    }

    /// A row of the journal goes with the row that it is about.
    private func subject(_ fields: RowFields) throws -> Finding {
        guard let id = fields.anyID("row_id"), let name = fields.text("table_name"),
            let table = try rows.table(named: name)
        else { return .waits(nil) }
        let key = RowKey(table: table.number, id: id)
        if tables.isRoot(table) { return try root(key).map(Finding.found) ?? .waits(key) }
        guard let (state, table) = try state(key), table.number != SyncedTable.conflicts.number else {
            return .waits(key)
        }
        return try finding(state, table)
    }

    /// What belongs to a root goes with it; so does what names a prompt. Else it is its user's.
    private func dependent(_ fields: RowFields, _ table: SyncedTable) throws -> Finding {
        if let key = owner(of: fields, table) {
            if let place = try root(key) { return .found(place) }
            // What was noted of a prompt that is gone is still somebody's.
            if table.root == nil, let user = fields.id("user_id") { return .found(Place(home: .private(user))) }
            return .waits(key)
        }
        if table.root == nil, fields["user_id"] != nil {
            return .found(Place(home: Self.private(fields.id("user_id"))))
        }
        return table.root == nil ? .found(Place(home: .workspace)) : .waits(nil)
    }

    /// The prompt that a row names which is not a child of it, where it is not here.
    func absentPrompt(of row: RowState, _ table: SyncedTable) throws -> RowKey? {
        let standsAlone = [SyncedTable.jobs, .violations].contains { $0.number == table.number }
        guard table.root == nil, !standsAlone,
            let key = owner(of: RowFields(row, table), table)
        else { return nil }
        return try root(key) == nil ? key : nil
    }

    /// The root that a row names.
    func owner(of fields: RowFields, _ table: SyncedTable) -> RowKey? {
        if let root = table.root, let named = tables.named(root.table) {
            return fields.id(root.column).map { RowKey(table: named.number, id: $0) }
        }
        return fields.id("prompt_id").map { RowKey(table: SyncedTable.prompts.number, id: $0) }
    }
}

/// The values of a row by their names, those of a newer schema too.
struct RowFields {
    private let row: RowState
    private let table: SyncedTable

    init(_ row: RowState, _ table: SyncedTable) {
        self.row = row
        self.table = table
    }

    /// Nil for a column that the row has not.
    subscript(_ name: String) -> Value? {
        if let place = table.columns.firstIndex(of: name) { return place < row.values.count ? row.values[place] : nil }
        guard let extra = row.extras.firstIndex(where: { $0.name == name }) else { return nil }
        let place = table.columns.count + extra
        return place < row.values.count ? row.values[place] : nil
    }

    /// Nil unless it is an id of 16 bytes.
    func id(_ name: String) -> RowID? { anyID(name).flatMap { $0.length == 16 ? $0 : nil } }

    func anyID(_ name: String) -> RowID? { self[name]?.rowID }

    func text(_ name: String) -> String? { self[name]?.text }
}
