package import Changesets
internal import GRDB

extension WriteTransaction {
    /// Erases a prompt for good, here and wherever the row gets that is written by this. The trash does not
    /// matter. What is left of it in the file's free space goes when the transaction has ended.
    package func purge(_ prompt: RowID, reason: String) throws {
        try insert(
            into: .purges, .derived(table: SyncedTable.purges.name, key: [prompt.bytes]),
            [
                "prompt_id": .blob(prompt), "reason": .text(reason), "user_id": .blob(user),
                "node_id": .blob(replica.rowID), "purged_at": .integer(now),
            ])
        try fold()
    }

    /// Does what rows of `purges` say that have come since.
    func carryOutPurges() throws {
        let due = try duePurges()
        guard !due.isEmpty else { return }
        try withoutCapture {
            for prompt in due { try erasePurged(prompt) }
            try eraseFromStaged()
            try eraseFromOrphans()
            // Its words would stay in the index until that is merged some day.
            try execute("INSERT INTO search_index (search_index) VALUES ('rebuild')", [])
        }
        try execute("UPDATE folder_files SET stale = 1 WHERE writer = (SELECT replica_id FROM replica)", [])
        identity.wipe = .file
    }

    private func duePurges() throws -> [RowID] {
        var due: [RowID] = []
        let select = try statement("SELECT prompt_id FROM purges WHERE prompt_id NOT IN (SELECT id FROM purged)")
        try select.forEach { if let id = $0.rowID(0) { due.append(id) } }
        return due
    }

    private func erasePurged(_ prompt: RowID) throws {
        let root = RowKey(table: SyncedTable.prompts.number, id: prompt)
        for key in try [root] + children(of: root) + keptRows(of: prompt) {
            try notePurged(key.id)
            try eraseWithJournal(key)
        }
        for note in try rows(of: SyncedTable.purgedByName, naming: prompt) {
            // What can't change has no journal, and is known by the prompt that it names.
            if note.table != SyncedTable.usageEvents.number { try notePurged(note.id) }
            try eraseWithJournal(note)
        }
    }

    /// Of tables that only a newer schema has.
    func keptRows(of prompt: RowID) throws -> [RowKey] {
        var found: [RowKey] = []
        let sql = "SELECT tbl, id FROM kept_columns WHERE tbl < 0 AND name = 'prompt_id' AND value = ?"
        try statement(sql).forEach([.blob(prompt)]) { row in
            if let id = row.rowID(1) { found.append(RowKey(table: Int(row.integer(0)), id: id)) }
        }
        return found
    }

    /// Of these tables, alive or not, those that name a prompt.
    func rows(of tables: [SyncedTable], naming prompt: RowID) throws -> [RowKey] {
        var found: [RowKey] = []
        for table in tables {
            for place in table.places {
                try statement("SELECT id FROM \(place) WHERE prompt_id = ?").forEach([.blob(prompt)]) {
                    if let id = $0.rowID(0) { found.append(RowKey(table: table.number, id: id)) }
                }
            }
        }
        return found
    }

    /// Pages that wait stay, as whoever fetched or sent them counts on their positions.
    private func eraseFromStaged() throws {
        let purged = try PurgedRows(self)
        for (table, column) in [("staged_pages", "n"), ("staged_parts", "rowid")] {
            for (number, page) in try pages("SELECT \(column), page FROM \(table)") {
                // One that can't be read is refused as a whole, later.
                guard let page = try? ChangesetPage(encoded: page[...]), let rest = try purged.removed(from: page)
                else { continue }
                try execute(
                    "UPDATE \(table) SET page = ? WHERE \(column) = ?",
                    [.blob(try rest.encoded()[...]), .integer(number)])
            }
        }
    }

    private func eraseFromOrphans() throws {
        let purged = try PurgedRows(self)
        for (number, page) in try pages("SELECT n, page FROM orphans") {
            guard let page = try? ChangesetPage(encoded: page[...]), try purged.removed(from: page) != nil else {
                continue
            }
            try dropOrphan(number)
        }
    }

    private func pages(_ sql: String) throws -> [(number: Int64, page: [UInt8])] {
        var pages: [(number: Int64, page: [UInt8])] = []
        try statement(sql).forEach { pages.append(($0.integer(0), $0.bytes(1))) }
        return pages
    }
}

extension ReadTransaction {
    /// The prompts that were erased for good.
    package func purgedPrompts() throws -> [RowID] { try ids("SELECT prompt_id FROM purges ORDER BY prompt_id", []) }

    package func isPurged(_ prompt: RowID) throws -> Bool {
        try SQLStatement(database, "SELECT 1 FROM purged WHERE id = ?").first([.blob(prompt)]) { _ in true } ?? false
    }
}
