internal import Changesets
internal import FoundationEssentials
internal import GRDB

extension Replica {
    /// Brings the search index up to date with everything written so far, wherever it was written.
    ///
    /// - Parameter progress: called with the number of prompts done, and of all to do.
    package func updateSearchIndex(progress: (Int, Int) -> Void = { _, _ in }) throws {
        guard try read({ try $0.isSearchIndexBehind() }) else { return }
        // All of it: who searches now may see less than who does next.
        try impartial.write { transaction in
            try transaction.fold()
            try transaction.updateSearchIndex(progress)
        }
    }
}

extension ReadTransaction {
    fileprivate func isSearchIndexBehind() throws -> Bool {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM change_log)
                OR (SELECT position FROM search_state) < (SELECT max(position) FROM row_clocks)
            """
        return try Bool.fetchOne(database.keptStatement(sql)) ?? false
    }

    /// What is searched of a prompt. Of one that has diverged, the texts of all its tips.
    fileprivate func searchDocument(of prompt: RowID) throws -> SearchDocument? {
        guard let record = try self.prompt(prompt) else { return nil }
        let bodies = try tips(of: prompt).compactMap { try content(of: $0.version)?.body }
        return SearchDocument(
            name: record.name, description: record.description, tags: try tags(of: prompt).joined(separator: " "),
            body: bodies.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"))
    }
}

private struct SearchDocument {
    var name: String
    var description: String
    var tags: String
    var body: String

    var values: [Value] { [name, description, tags, body].map { .text(TextSegmentation.indexed($0)) } }
}

extension WriteTransaction {
    fileprivate func updateSearchIndex(_ progress: (Int, Int) -> Void) throws {
        let changed = try changedPrompts()
        for (done, prompt) in changed.enumerated() {
            try index(prompt)
            if done % 100 == 0 { progress(done, changed.count) }
        }
        try execute("UPDATE search_state SET position = ?", [.integer(identity.lastPosition)])
    }

    /// The prompts of which the row, a tip or a tag was published since the index was last made.
    /// A version comes with a tip, or it is not searched yet.
    private func changedPrompts() throws -> [RowID] {
        let children = [SyncedTable.tips, .tags].flatMap { table in
            [table.name, CaptureSchema.graveyard(table)].map { source in
                """
                SELECT c.prompt_id FROM row_clocks AS r JOIN \(source) AS c ON c.id = r.id
                WHERE r.tbl = \(table.number) AND r.position > (SELECT position FROM search_state)
                """
            }
        }
        let own = """
            SELECT id FROM row_clocks WHERE tbl = \(SyncedTable.prompts.number)
            AND position > (SELECT position FROM search_state)
            """
        let sql = ([own] + children).joined(separator: " UNION ")
        return try Data.fetchAll(database.keptStatement(sql)).compactMap { RowID($0) }
    }

    private func index(_ prompt: RowID) throws {
        let known = try Int64.fetchOne(
            database.keptStatement("SELECT n FROM search_documents WHERE prompt_id = ?"),
            arguments: [prompt.blob])
        if let known { try execute("DELETE FROM search_index WHERE rowid = ?", [.integer(known)]) }
        guard let document = try reading.searchDocument(of: prompt) else {
            return try execute("DELETE FROM search_documents WHERE prompt_id = ?", [.blob(prompt)])
        }
        if known == nil { try execute("INSERT INTO search_documents (prompt_id) VALUES (?)", [.blob(prompt)]) }
        let row = known ?? database.lastInsertedRowID
        try execute(
            "INSERT INTO search_index (rowid, name, description, tags, body) VALUES (?, ?, ?, ?, ?)",
            [.integer(row)] + document.values)
    }
}
