internal import Changesets
internal import GRDB

/// A rolling look at some rows at a time: are they still what was published? So damage that nobody
/// sees is found within a cycle.
extension WriteTransaction {
    /// How many rows one scrub looks at: some ten milliseconds.
    private static let rowsPerScrub = 1000

    /// Looks at the next rows, at most once a minute, and notes those that are damaged. The log must
    /// have been folded.
    func scrubSome() throws {
        let scrubbed = try SQLStatement(database, "SELECT scrubbed_at FROM digest").first([]) { $0.integer(0) } ?? 0
        guard ReadTransaction.isScrubDue(at: now, after: scrubbed) else { return }
        let seen = try reading.look(
            "(tbl, id) > (SELECT scrub_tbl, scrub_id FROM digest) ORDER BY tbl, id LIMIT \(Self.rowsPerScrub)")
        for row in seen.damaged { try noteDamaged(row.key) }
        // At the end of all it begins anew.
        let last = seen.count < Self.rowsPerScrub ? nil : seen.last
        let next: [Value] = last.map { [.integer(Int64($0.table)), .blob($0.id)] } ?? [.integer(0), .blob([])]
        try execute("UPDATE digest SET scrubbed_at = ?, scrub_tbl = ?, scrub_id = ?", [.integer(now)] + next)
    }
}

extension ReadTransaction {
    /// Milliseconds between two scrubs of a replica.
    private static let scrubInterval: Int64 = 60_000

    fileprivate static func isScrubDue(at now: Int64, after scrubbed: Int64) -> Bool {
        // A clock that was set back must not keep it from looking.
        !(0..<scrubInterval).contains(now &- scrubbed)
    }

    /// Whether there are rows to be looked at, or found damaged before and not mended yet.
    ///
    /// - Parameter time: Unix milliseconds by this machine's clock, right or wrong.
    func needsScrub(at time: Int64) throws -> Bool {
        let sql = """
            SELECT scrubbed_at, (SELECT clock_offset FROM replica), EXISTS (SELECT 1 FROM damaged_rows) FROM digest
            """
        return try SQLStatement(database, sql).first([]) { row in
            row.integer(2) != 0 || Self.isScrubDue(at: time &+ row.integer(1), after: row.integer(0))
        } ?? true
    }

    /// Looks whether rows are what was published. The log must have been folded.
    ///
    /// - Parameter condition: SQL that says which ones.
    func look(_ condition: String) throws -> (damaged: [(key: RowKey, hash: UInt64)], count: Int, last: RowKey?) {
        let (clocks, rows, isPublisher) = try (ClockTable(database), RowTables(database, tables), self.isPublisher)
        let published = isPublisher ? try digestedThrough : 0
        var seen: (damaged: [(key: RowKey, hash: UInt64)], count: Int, last: RowKey?) = ([], 0, nil)
        let select = try SQLStatement(
            database, "SELECT tbl, id, clock, hash, dirty, position FROM row_clocks WHERE \(condition)")
        try select.forEach { row in
            guard let id = row.rowID(1) else { return }
            let key = RowKey(table: Int(row.integer(0)), id: id)
            seen.last = key
            seen.count += 1
            // What was written since it was published, or is dirty, need not be what was published.
            guard let hash = row.hash(3), isPublisher ? row.integer(5) <= published : row.integer(4) == 0 else {
                return
            }
            let state = try (try? clocks.unpack(row.bytes(2))).flatMap { try rows.state(key, $0) }
            if state.map({ $0.state.hash(of: $0.table.shape) }) != hash { seen.damaged.append((key, hash)) }
        }
        return seen
    }
}
