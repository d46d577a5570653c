package import Changesets
internal import FoundationEssentials
internal import GRDB

extension ReadTransaction {
    private static let versionColumns = """
        id, prompt_id, parents, generation, kind, type, message, author_id, node_id, created_at
        """

    /// All versions of a prompt, oldest first.
    package func versions(of prompt: RowID) throws -> [VersionRecord] {
        let sql = "SELECT \(Self.versionColumns) FROM versions WHERE prompt_id = ? ORDER BY generation, created_at, id"
        return try Row.fetchAll(database.keptStatement(sql), arguments: [prompt.blob]).map(Self.version)
    }

    package func version(_ id: RowID) throws -> VersionRecord? {
        let sql = "SELECT \(Self.versionColumns) FROM versions WHERE id = ?"
        return try Row.fetchOne(database.keptStatement(sql), arguments: [id.blob]).map(Self.version)
    }

    /// By the places in `versionColumns`: looking up names costs more than reading.
    private static func version(_ row: Row) throws -> VersionRecord {
        let parents = [UInt8](row[2] as Data)
        return VersionRecord(
            id: try row.requiredID(0), prompt: try row.requiredID(1),
            parents: stride(from: 0, to: parents.count, by: 32).compactMap { RowID(parents.dropFirst($0).prefix(32)) },
            generation: row[3], kind: row[4], type: VersionType(stored: row[5]), message: row[6],
            author: try row.id(7), node: try row.id(8), createdAt: row[9])
    }

    /// Whether this very text is somewhere in the prompt's history.
    package func hasVersion(of prompt: RowID, body: String) throws -> Bool {
        try Bool.fetchOne(
            database.keptStatement("SELECT EXISTS (SELECT 1 FROM versions WHERE prompt_id = ? AND body = ?)"),
            arguments: [prompt.blob, body]) ?? false
    }

    package func content(of version: RowID) throws -> VersionContent? {
        let select = try SQLStatement(database, "SELECT body, settings, variables, type FROM versions WHERE id = ?")
        return try select.first([.blob(version)]) {
            VersionContent(
                body: $0.bytes(0), settings: $0.value(1).text ?? "{}", variables: $0.value(2).text ?? "[]",
                type: VersionType(stored: $0.value(3).text ?? ""))
        }
    }

    package func tips(of prompt: RowID) throws -> [TipRecord] {
        let sql = "SELECT id, prompt_id, branch, version_id FROM tips WHERE prompt_id = ? ORDER BY branch, id"
        return try Row.fetchAll(database.keptStatement(sql), arguments: [prompt.blob]).compactMap { row in
            // A tip made in the shell may point nowhere.
            guard let version = try row.id(3) else { return nil }
            return TipRecord(
                id: try row.requiredID(0), prompt: try row.requiredID(1), branch: row[2], version: version)
        }
    }

    /// When and by whom a column of a row was last written, sealed or not.
    package func stamp(of column: String, in table: SyncedTable, _ id: RowID) throws -> Stamp? {
        guard let place = table.columns.firstIndex(of: column) else { return nil }
        let log = try SQLStatement(
            database,
            """
            SELECT max(l.n), s.hlc, s.seq, s.imported FROM change_log AS l
            LEFT JOIN seals AS s ON s.seq = (SELECT min(seq) FROM seals WHERE last_change >= l.n)
            WHERE l.tbl = ? AND l.id = ? AND l.mask >> ? & 1
            """)
        let arguments: [Value] = [.integer(Int64(table.number)), .blob(id), .integer(Int64(place))]
        if let pending = try log.first(arguments, pendingStamp), let stamp = pending { return stamp }
        return try ClockTable(database).entry(RowKey(table: table.number, id: id))?.clock.columns[place]
    }

    private func pendingStamp(_ row: SQLStatement) throws -> Stamp? {
        guard row.value(0) != .null else { return nil }
        let identity = try identity()
        if row.value(1) == .null {
            // Written outside Offbook and not sealed yet: later than all that is.
            let dot = Dot(replica: identity.replica, seq: UInt64(identity.lastSeq + 1))
            return Stamp(time: identity.lastTime.next(now: 0), dot: dot)
        }
        let seal = Seal(
            seq: UInt64(row.integer(2)), time: HybridTime(rawValue: row.integer(1)), lastChange: 0,
            isImport: row.integer(3) != 0)
        return seal.stamp(by: identity.replica)
    }

    /// The clock of a row, as of the last fold.
    package func clock(of table: SyncedTable, _ id: RowID) throws -> RowClock? {
        try ClockTable(database).entry(RowKey(table: table.number, id: id))?.clock
    }

    package func nodeName(_ id: RowID) throws -> String? {
        try name("SELECT name FROM \(seen.nodes) WHERE id = ?", id)
    }

    package func userName(_ id: RowID) throws -> String? {
        try name("SELECT name FROM \(seen.users) WHERE id = ?", id)
    }

    private func name(_ sql: String, _ id: RowID) throws -> String? {
        try String.fetchOne(database.keptStatement(sql), arguments: [id.blob])
    }
}
