internal import Changesets
internal import GRDB

/// Something about a replica that should not be.
package struct Finding: Encodable, Hashable, Sendable {
    package enum Kind: String, Encodable, Sendable {
        /// SQLite itself finds the file damaged.
        case file
        /// A row that no transaction names: written past the triggers.
        case rowWithoutClock = "row-without-clock"
        /// A row that is there although it was deleted, or gone although it was not.
        case wrongSide = "row-on-the-wrong-side"
        /// A clock whose row is nowhere.
        case clockWithoutRow = "clock-without-row"
        /// A clock that can't be read.
        case clock
        /// A version whose id is not the hash of its content.
        case version
        case searchIndex = "search-index"
        /// A row that is not what was published, though nobody has edited it.
        case unpublishedChange = "row-not-as-published"
        /// A digest that is not that of the rows.
        case digest
        /// Values of columns that only a newer Offbook knows are gone.
        case keptColumns = "kept-columns"
        /// What was purged may be left in the file's free space, or in its log.
        case purgedRemains = "purged-remains"
        /// The clock of a server's machine, that is.
        case serverClock = "server-clock"
    }

    package var kind: Kind
    package var table: String?
    package var row: String?
    package var detail: String
    /// What `--fix` does about it; nil where it can't.
    package var mending: String?
    /// What somebody can do about it; nil where nothing but what is in `mending`.
    package var advice: String?
}

extension Replica {
    /// Looks for what should not be, and changes nothing but folding the log.
    ///
    /// - Parameter deep: also hashes every row, and compares that with what was published.
    package func examine(deep: Bool = false) throws -> [Finding] {
        try readFolded { transaction in
            try transaction.fileFindings() + transaction.rowFindings() + transaction.searchFindings()
                + (deep ? transaction.publicationFindings() : []) + clockFindings(transaction)
        }
    }

    private func clockFindings(_ transaction: ReadTransaction) throws -> [Finding] {
        guard let doubt = try clockDoubt(transaction) else { return [] }
        let detail = "as a server this merges nothing, as \(doubt)"
        let advice = "set the machine's clock right; or, if it is right, offbook doctor --accept-clock"
        return [Finding(kind: .serverClock, detail: detail, advice: advice)]
    }

    /// Mends what can be mended. What was written past the triggers becomes an ordinary edit.
    ///
    /// - Returns: what was found, as `examine` has it.
    package func mend(deep: Bool = false) throws -> [Finding] {
        let findings = try examine(deep: deep)
        try write { transaction in
            for finding in findings where finding.mending != nil { try transaction.mend(finding) }
        }
        if findings.contains(where: { $0.kind == .purgedRemains }) { _ = try shrink() }
        return findings
    }
}

extension ReadTransaction {
    fileprivate func fileFindings() throws -> [Finding] {
        try String.fetchAll(database.keptStatement("PRAGMA integrity_check")).filter { $0 != "ok" }.map {
            Finding(kind: .file, detail: $0, mending: nil)
        } + wipeFindings()
    }

    private func wipeFindings() throws -> [Finding] {
        guard try identity().wipe != .nothing else { return [] }
        let detail = "what was purged may be left in the file's free space or log, as another process was reading it"
        return [Finding(kind: .purgedRemains, detail: detail, mending: "write the file anew, once nobody reads it")]
    }

    fileprivate func searchFindings() throws -> [Finding] {
        let strays = try Int.fetchOne(
            database,
            sql: """
                SELECT (SELECT count(*) FROM search_index WHERE rowid NOT IN (SELECT n FROM search_documents))
                     + (SELECT count(*) FROM search_documents WHERE n NOT IN (SELECT rowid FROM search_index))
                """)
        guard let strays, strays > 0 else { return [] }
        return [
            Finding(
                kind: .searchIndex, detail: "\(strays) documents of the search index belong to no prompt",
                mending: "make the index anew")
        ]
    }

    fileprivate func publicationFindings() throws -> [Finding] {
        let mending =
            try isPublisher
            ? "publish it no more, until a node that has it as it was syncs"
            : "put it aside (offbook orphans), and get the server's with the next sync"
        let names = RowTables(database, tables)
        let rows = try look("true").damaged.map { row in
            Finding(
                kind: .unpublishedChange, table: try names[row.key.table].table.name, row: row.key.id.hex,
                detail: "it is not what was published, and nobody has edited it", mending: mending)
        }
        guard try publishedDigest() != countedDigest() else { return rows }
        return rows + [Finding(kind: .digest, detail: "it is not the sum of its rows", mending: "sum it again")]
    }

    fileprivate func rowFindings() throws -> [Finding] {
        let rules = RowRules(database)
        let clocks = try ClockTable(database)
        let rows = RowTables(database, tables)
        let known = try tables.all.flatMap { table in
            try rowsWithoutClock(table) + clockFindings(table, clocks, rows, rules)
        }
        return try known + keptFindings(clocks, rows, rules)
    }

    private func rowsWithoutClock(_ table: SyncedTable) throws -> [Finding] {
        var findings: [Finding] = []
        let select = try SQLStatement(
            database,
            "SELECT id FROM \(table.name) AS t WHERE NOT EXISTS (SELECT 1 FROM row_clocks WHERE tbl = ? AND id = t.id)")
        try select.forEach([.integer(Int64(table.number))]) { row in
            findings.append(
                Finding(
                    kind: .rowWithoutClock, table: table.name, row: row.rowID(0)?.hex,
                    detail: "no transaction has written it", mending: "seal it as an edit of now"))
        }
        return findings
    }

    func clockFindings(
        _ table: SyncedTable, _ clocks: ClockTable, _ rows: RowTables, _ rules: RowRules
    ) throws -> [Finding] {
        var findings: [Finding] = []
        let select = try SQLStatement(database, "SELECT id, clock FROM row_clocks WHERE tbl = ? ORDER BY id")
        try select.forEach([.integer(Int64(table.number))]) { row in
            guard let id = row.rowID(0) else { return }
            guard let clock = try? clocks.unpack(row.bytes(1)) else {
                findings.append(
                    Finding(kind: .clock, table: table.name, row: id.hex, detail: "its clock can't be read"))
                return
            }
            if let finding = try finding(RowKey(table: table.number, id: id), clock, rows, rules) {
                findings.append(finding)
            }
        }
        return findings
    }

    private func finding(_ key: RowKey, _ clock: RowClock, _ rows: RowTables, _ rules: RowRules) throws -> Finding? {
        guard let (state, table) = try rows.state(key, clock) else { return try missing(key, clock, rows) }
        guard !table.isKept, let reason = try rules.objection(to: state, in: table) else { return nil }
        return Finding(kind: .version, table: table.name, row: key.id.hex, detail: reason)
    }

    private func missing(_ key: RowKey, _ clock: RowClock, _ rows: RowTables) throws -> Finding {
        let table = try rows[key.table].table
        if try rows.hasLostExtras(key, clock) { return .lostColumns(of: key, in: table) }
        let isOnOtherSide = try !table.isImmutable && rows[key.table].values(of: key.id, isAlive: !clock.isAlive) != nil
        return Finding(
            kind: isOnOtherSide ? .wrongSide : .clockWithoutRow, table: table.name, row: key.id.hex,
            detail: clock.isAlive ? "it is gone, and nobody deleted it" : "its last values are gone",
            mending: mending(isOnOtherSide: isOnOtherSide, isAlive: clock.isAlive))
    }

    private func mending(isOnOtherSide: Bool, isAlive: Bool) -> String {
        guard isOnOtherSide else { return "forget it; where the server has it, the next sync brings it back" }
        return isAlive ? "seal its delete" : "seal it as an edit of now"
    }
}

extension WriteTransaction {
    fileprivate func mend(_ finding: Finding) throws {
        if finding.kind == .searchIndex {
            try execute("DELETE FROM search_index", [])
            try execute("DELETE FROM search_documents", [])
            return try execute("UPDATE search_state SET position = 0", [])
        }
        if finding.kind == .digest { return try recountDigest() }
        guard let table = try finding.table.flatMap(rows.table), let id = finding.row.flatMap({ RowID(hex: $0) })
        else { return }
        let key = RowKey(table: table.number, id: id)
        if finding.kind == .keptColumns { return try mendExtras(of: key) }
        if finding.kind == .unpublishedChange { return try noteDamaged(key) }
        if finding.kind == .clockWithoutRow { return try forgetClock(key) }
        let living = try rows[table.number].values(of: id, isAlive: true)
        let operation = living == nil ? CaptureSchema.Operation.delete : CaptureSchema.Operation.insert
        try execute(
            "INSERT INTO change_log (tbl, id, mask, op) VALUES (?, ?, ?, ?)",
            [.integer(Int64(table.number)), .blob(id), .integer(living == nil ? 0 : -1), .integer(Int64(operation))])
    }
}
