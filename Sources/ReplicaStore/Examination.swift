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
    package func examine() throws -> [Finding] {
        try readFolded { transaction in
            try transaction.fileFindings() + transaction.rowFindings() + transaction.searchFindings()
                + clockFindings(transaction)
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
    package func mend() throws -> [Finding] {
        let findings = try examine()
        try write { transaction in
            for finding in findings where finding.mending != nil { try transaction.mend(finding) }
        }
        return findings
    }
}

extension ReadTransaction {
    fileprivate func fileFindings() throws -> [Finding] {
        try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }.map {
            Finding(kind: .file, detail: $0, mending: nil)
        }
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

    fileprivate func rowFindings() throws -> [Finding] {
        let rules = try RowRules(database)
        let clocks = try ClockTable(database)
        return try SyncedTable.all.flatMap { table in
            try rowsWithoutClock(table) + clockFindings(table, clocks, rules)
        }
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

    private func clockFindings(_ table: SyncedTable, _ clocks: ClockTable, _ rules: RowRules) throws -> [Finding] {
        var findings: [Finding] = []
        let rows = try RowTable(database, table)
        let select = try SQLStatement(database, "SELECT id, clock FROM row_clocks WHERE tbl = ? ORDER BY id")
        try select.forEach([.integer(Int64(table.number))]) { row in
            guard let id = row.rowID(0) else { return }
            guard let clock = try? clocks.unpack(row.bytes(1)) else {
                findings.append(
                    Finding(kind: .clock, table: table.name, row: id.hex, detail: "its clock can't be read"))
                return
            }
            if let finding = try finding(id, clock, rows, rules) { findings.append(finding) }
        }
        return findings
    }

    private func finding(_ id: RowID, _ clock: RowClock, _ rows: RowTable, _ rules: RowRules) throws -> Finding? {
        let table = rows.table
        guard let values = try rows.values(of: id, isAlive: clock.isAlive) else {
            let isOnOtherSide = try !table.isImmutable && rows.values(of: id, isAlive: !clock.isAlive) != nil
            return Finding(
                kind: isOnOtherSide ? .wrongSide : .clockWithoutRow, table: table.name, row: id.hex,
                detail: clock.isAlive ? "it is gone, and nobody deleted it" : "its last values are gone",
                mending: mending(isOnOtherSide: isOnOtherSide, isAlive: clock.isAlive))
        }
        guard let reason = rules.objection(to: RowState(id: id, clock: clock, values: values), in: table) else {
            return nil
        }
        return Finding(kind: .version, table: table.name, row: id.hex, detail: reason)
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
        guard let table = finding.table.flatMap(SyncedTable.named), let id = finding.row.flatMap({ RowID(hex: $0) })
        else { return }
        if finding.kind == .clockWithoutRow {
            try execute(
                "DELETE FROM row_clocks WHERE tbl = ? AND id = ?", [.integer(Int64(table.number)), .blob(id)])
            return try execute("UPDATE remote SET position = 0", [])
        }
        let living = try rows[table.number].values(of: id, isAlive: true)
        let operation = living == nil ? CaptureSchema.Operation.delete : CaptureSchema.Operation.insert
        try execute(
            "INSERT INTO change_log (tbl, id, mask, op) VALUES (?, ?, ?, ?)",
            [.integer(Int64(table.number)), .blob(id), .integer(living == nil ? 0 : -1), .integer(Int64(operation))])
    }
}
