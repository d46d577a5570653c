internal import Changesets
internal import GRDB

extension WriteTransaction {
    /// Takes a row out of this replica for good, deleted or not, with its clock: whoever drops a synced
    /// row does it by this. To be called with triggers off, as it is nobody's edit.
    func erase(_ key: RowKey) throws {
        let table = try rows[key.table].table
        try rows.forget(key)
        try forgetClock(key)
        if table.number == SyncedTable.prompts.number { try eraseFromSearch(key.id) }
    }

    /// The row, and what the journal says of it.
    func eraseWithJournal(_ key: RowKey) throws {
        for entry in try journalEntries(of: key.id, in: rows[key.table].table) {
            try erase(RowKey(table: SyncedTable.conflicts.number, id: entry))
        }
        try erase(key)
    }

    func journalEntries(of row: RowID, in table: SyncedTable) throws -> [RowID] {
        var found: [RowID] = []
        let select = try statement("SELECT id FROM conflicts WHERE row_id = ? AND table_name = ?")
        try select.forEach([.blob(row), .text(table.name)]) { if let id = $0.rowID(0) { found.append(id) } }
        return found
    }

    private func eraseFromSearch(_ prompt: RowID) throws {
        let select = try statement("SELECT n FROM search_documents WHERE prompt_id = ?")
        guard let document = try select.first([.blob(prompt)], { $0.integer(0) }) else { return }
        try execute("DELETE FROM search_index WHERE rowid = ?", [.integer(document)])
        try execute("DELETE FROM search_documents WHERE n = ?", [.integer(document)])
    }

    /// The rows of this root, alive or not.
    func children(of root: RowKey) throws -> [RowKey] {
        var found: [RowKey] = []
        for table in tables.all {
            guard let link = table.root, tables.named(link.table)?.number == root.table else { continue }
            for place in table.places {
                let select = try statement("SELECT id FROM \(place) WHERE \(link.column) = ?")
                try select.forEach([.blob(root.id)]) {
                    if let id = $0.rowID(0) { found.append(RowKey(table: table.number, id: id)) }
                }
            }
        }
        return Set(found).sorted()
    }

    /// All that goes where the root goes: its children, and of a prompt also what else names it.
    func dependents(of root: RowKey) throws -> [RowKey] {
        try children(of: root) + notes(of: root)
    }

    /// What names a prompt, and is not deleted with it.
    private func notes(of root: RowKey) throws -> [RowKey] {
        guard root.table == SyncedTable.prompts.number else { return [] }
        return try rows(of: SyncedTable.notes, naming: root.id) + keptRows(of: root.id)
    }

    /// To be called before a prompt goes for good: what was noted of it is at home elsewhere then, and waits for it,
    /// as somebody may bring it back.
    func publishNotes(of root: RowKey) throws {
        for key in try notes(of: root) {
            guard var entry = try clocks.entry(key) else { continue }
            entry.position = nextPosition()
            try clocks.store(key, entry)
        }
    }

    /// Sees to it that the rows of a root that came alive travel with it: whoever has forgotten the root
    /// has forgotten them too. They are published anew, as a file may hold only what is new.
    func publishChildren(of root: RowKey) throws {
        for key in try children(of: root) {
            guard var entry = try clocks.entry(key) else { continue }
            entry.isDirty = true
            entry.position = nextPosition()
            try clocks.store(key, entry)
        }
    }
}

extension SyncedTable {
    /// Where its rows are: the living ones, and the last values of the others.
    var places: [String] { isImmutable ? [name] : [name, CaptureSchema.graveyard(self)] }

}

extension RowKey: Comparable {
    static func < (a: RowKey, b: RowKey) -> Bool { a.table != b.table ? a.table < b.table : a.id < b.id }
}

extension WriteTransaction {
    /// Prepared once a transaction.
    func statement(_ sql: String) throws -> SQLStatement {
        if let statement = statements[sql] { return statement }
        let statement = try SQLStatement(database, sql)
        statements[sql] = statement
        return statement
    }
}
