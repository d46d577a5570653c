internal import AccessControl
internal import Changesets
internal import GRDB

/// As a server: gives what changed since the last time its hash and its audience. Where the audience of a
/// root has changed, all that belongs to it is published anew, and who could read it is told that it left.
///
/// The cost follows what changed: a root, or an entry of a group, brings along the rows of those roots only
/// whose audience is another one now.
struct Publishing {
    private let transaction: WriteTransaction
    private let homes: Homes
    private let audiences: AudienceTable
    /// Rows up to here have been published.
    private let published: Int64
    /// To whom belongs what belongs to a row that is not here.
    private let pusher: Audience
    /// Whether rows that are yet to be looked at may have got another audience meanwhile.
    private var hasMoved = false

    init(_ transaction: WriteTransaction, after published: Int64, pusher: RowID?) throws {
        self.transaction = transaction
        self.published = published
        self.pusher = Audience([pusher.map(Scope.private) ?? .nobody])
        audiences = transaction.audiences
        homes = try Homes(transaction)
    }

    mutating func run() throws {
        var rows = try changed()
        for root in try changedRoots(rows) { try publish(root: root) }
        if hasMoved { rows = try changed() }
        for row in rows { try publish(row) }
    }

    private func changed() throws -> [StoredClock] {
        try transaction.storedClocks(where: "position > ?", [.integer(published)])
    }

    // MARK: Roots

    /// Prompts and groups that changed, and prompts that came into a group or went out of one.
    private func changedRoots(_ changed: [StoredClock]) throws -> [RowKey] {
        let roots = [SyncedTable.prompts, .groups].map(\.number)
        let known = changed.lazy.filter { $0.audience != nil && roots.contains($0.key.table) }.map(\.key)
        let prompts = try Memberships(transaction).update(changed.lazy.map(\.key))
        return Set(known).union(prompts.map { RowKey(table: SyncedTable.prompts.number, id: $0) }).sorted()
    }

    private mutating func publish(root key: RowKey) throws {
        guard let former = try transaction.audience(of: key), let place = try homes.root(key) else { return }
        let audience = try audiences.number(of: place.audience)
        guard audience != former else { return }
        try move(key, from: former, to: audience)
        for row in try transaction.dependents(of: key) { try follow(row, to: audience) }
    }

    /// What belongs to a root that left goes with it, but a row that belonged to another root before: it may be
    /// known as that one's. What can't change never did.
    private mutating func follow(_ key: RowKey, to audience: Int64) throws {
        let isFixed = transaction.tables.numbered(key.table)?.isImmutable == true
        guard !isFixed, let former = try transaction.audience(of: key), former != audience else {
            return try bring(key, to: audience)
        }
        try move(key, from: former, to: audience)
    }

    /// A row and its journal, which others could read before.
    private mutating func move(_ key: RowKey, from former: Int64, to audience: Int64) throws {
        try transaction.execute(
            """
            INSERT INTO departures (tbl, id, audience, position) VALUES (?, ?, ?, ?)
            ON CONFLICT (tbl, id, audience) DO UPDATE SET position = excluded.position
            """, key.values + [.integer(former), .integer(transaction.nextPosition())])
        try bring(key, to: audience)
        hasMoved = true
    }

    /// Publishes a row and its journal anew, for another audience.
    private func bring(_ key: RowKey, to audience: Int64) throws {
        let journal = try transaction.journalEntries(of: key.id, in: transaction.rows[key.table].table)
        for row in [key] + journal.map({ RowKey(table: SyncedTable.conflicts.number, id: $0) }) {
            guard let entry = try transaction.clocks.entry(row), let former = try transaction.audience(of: row) else {
                continue
            }
            let position = entry.position > published ? entry.position : transaction.nextPosition()
            try audiences.count(entry.hash, in: audience, insteadOf: entry.hash, in: former)
            try transaction.execute(
                "UPDATE row_clocks SET audience = ?, position = ? WHERE tbl = ? AND id = ?",
                [.integer(audience), .integer(position)] + row.values)
        }
    }

    // MARK: Rows

    private mutating func publish(_ row: StoredClock) throws {
        var row = row
        if hasMoved { row.audience = try transaction.audience(of: row.key) }
        let found = try transaction.rows.state(row.key, row.clock)
        let hash = found.flatMap { $0.state.hashAsPublished(row.bytes, of: $0.table) }
        let audience = try newAudience(of: row, found)
        if row.audience == nil { try publishWaiting(for: row.key) }
        if let former = row.audience, former != audience {
            try move(row.key, from: former, to: audience)
            row.audience = audience
        }
        try transaction.publish(row, hash, audience)
    }

    private func newAudience(of row: StoredClock, _ found: (state: RowState, table: SyncedTable)?) throws -> Int64 {
        guard let (state, table) = found else {
            return try row.audience ?? audiences.number(of: Audience([.nobody]))
        }
        switch try homes.finding(state, table) {
        case .found(let place):
            if let prompt = try homes.absentPrompt(of: state, table) { try wait(row.key, for: prompt) }
            return try audiences.number(of: place.audience)
        case .waits(let root):
            if let root { try wait(row.key, for: root) }
            return try row.audience ?? audiences.number(of: pusher)
        }
    }

    private func wait(_ key: RowKey, for root: RowKey) throws {
        try transaction.execute(
            "INSERT OR IGNORE INTO rootless (root_tbl, root_id, tbl, id) VALUES (?, ?, ?, ?)", root.values + key.values)
    }

    /// Rows that came before the one that they belong to.
    private mutating func publishWaiting(for root: RowKey) throws {
        var waiting: [RowKey] = []
        let select = try transaction.statement("SELECT tbl, id FROM rootless WHERE root_tbl = ? AND root_id = ?")
        try select.forEach(root.values) { row in
            if let id = row.rowID(1) { waiting.append(RowKey(table: Int(row.integer(0)), id: id)) }
        }
        guard !waiting.isEmpty else { return }
        try transaction.execute("DELETE FROM rootless WHERE root_tbl = ? AND root_id = ?", root.values)
        for key in waiting {
            guard let former = try transaction.audience(of: key), let (state, table) = try homes.state(key),
                let place = try homes.place(state, table)
            else { continue }
            let audience = try audiences.number(of: place.audience)
            if audience != former { try move(key, from: former, to: audience) }
        }
    }
}

extension RowKey {
    var values: [Value] { [.integer(Int64(table)), .blob(id)] }
}

extension Value {
    /// Nil for what is no integer.
    var integer: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }
}
