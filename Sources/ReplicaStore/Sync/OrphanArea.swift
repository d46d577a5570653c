package import Changesets
internal import GRDB

/// A row state that is set aside.
package struct OrphanRecord: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// The server refused it.
        case refused
        /// It came in a file from a clock that is far ahead.
        case parked
        /// It was found here though nobody had written it, and the published state has taken its place.
        case damaged
    }

    /// Names it on this node.
    package var number: Int64
    package var kind: Kind
    package var table: String
    package var row: RowID
    package var reason: String
    /// Unix milliseconds.
    package var setAsideAt: Int64
}

extension ReadTransaction {
    /// The oldest first.
    package func orphans() throws -> [OrphanRecord] {
        let sql = "SELECT n, kind, table_name, row_id, reason, orphaned_at FROM orphans ORDER BY n"
        return try Row.fetchAll(database.keptStatement(sql)).map { row in
            OrphanRecord(
                number: row["n"], kind: OrphanRecord.Kind(rawValue: row["kind"]) ?? .refused, table: row["table_name"],
                row: try row.requiredID("row_id"), reason: row["reason"], setAsideAt: row["orphaned_at"])
        }
    }

    /// The row state itself, as a page of one row.
    package func orphanPage(_ number: Int64) throws -> ChangesetPage? {
        let select = try SQLStatement(database, "SELECT page FROM orphans WHERE n = ?")
        return try select.first([.integer(number)]) { $0.bytes(0) }.map { try ChangesetPage(encoded: $0[...]) }
    }
}

extension WriteTransaction {
    /// - Returns: false where this very state is there already.
    @discardableResult
    func setAside(
        _ row: RowState, of table: SyncedTable, as kind: OrphanRecord.Kind, _ reason: String
    ) throws -> Bool {
        let page = ChangesetPage(batches: [RowBatch(row.shape(table.shape), rows: [row])])
        let bytes = try page.encoded()
        let twin = try SQLStatement(database, "SELECT 1 FROM orphans WHERE row_id = ? AND kind = ? AND page = ?")
        let key: [Value] = [.blob(row.id), .text(kind.rawValue), .blob(bytes[...])]
        if try twin.first(key, { _ in true }) != nil { return false }
        try execute(
            "INSERT INTO orphans (kind, table_name, row_id, reason, orphaned_at, page) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(kind.rawValue), .text(table.name), .blob(row.id), .text(reason), .integer(now),
                .blob(bytes[...]),
            ])
        return true
    }

    /// Whether the row here shows just this already, whoever wrote it.
    func holds(_ row: RowState, _ table: SyncedTable) throws -> Bool {
        let key = RowKey(table: table.number, id: row.id)
        guard let entry = try clocks.entry(key), entry.clock.isAlive == row.clock.isAlive,
            let here = try rows.state(key, entry.clock)?.state
        else { return false }
        return here.values == row.values && here.extras == row.extras
    }

    package func dropOrphan(_ number: Int64) throws {
        try execute("DELETE FROM orphans WHERE n = ?", [.integer(number)])
    }

    /// Writes what is set aside as new edits of ours, and takes it out of the area: dots and stamps
    /// that were refused, or are far ahead, stay out.
    ///
    /// Of a row that is here, a column is written where its stamp is later than the row's own; a delete
    /// is done again.
    package func acceptOrphan(_ number: Int64) throws {
        try fold()
        let rules = RowRules(database)
        let isDamaged = try reading.orphans().contains { $0.number == number && $0.kind == .damaged }
        for batch in try reading.orphanPage(number)?.batches ?? [] {
            guard let table = tables.named(batch.table) else { throw Self.notAccepted("the table \(batch.table)") }
            let aligned = try rules.alignment(of: batch, to: table)
            for row in batch.rows { try write(aligned(row), table, isDamaged: isDamaged) }
        }
        try dropOrphan(number)
    }

    /// Nobody can edit what he does not know, and to leave it out would lose it.
    private static func notAccepted(_ what: String) -> ReplicaError {
        ReplicaError(
            .newerSchema,
            "it has \(what), which this Offbook does not know: upgrade this one, then accept it")
    }

    /// - Parameter isDamaged: its stamps are those of the values that it had before.
    private func write(_ row: RowState, _ table: SyncedTable, isDamaged: Bool) throws {
        if let unknown = row.extras.first { throw Self.notAccepted("the column \(unknown.name) of \(table.name)") }
        let entry = try clocks.entry(RowKey(table: table.number, id: row.id))
        let isHere = entry?.clock.isAlive == true
        guard row.clock.isAlive || table.shape.isAppendOnly else {
            return isHere ? try delete(from: table, row.id) : ()
        }
        let all = Dictionary(uniqueKeysWithValues: zip(table.columns, row.values))
        guard let entry, isHere else { return try insert(into: table, row.id, all) }
        guard !table.isImmutable else { return }
        let later = table.shape.columns.enumerated().filter { place, column in
            guard column.rule == .latest, let stamp = row.clock.columns[place] else { return false }
            if isDamaged { return true }
            return entry.clock.columns[place].map { $0 < stamp } ?? true
        }
        let values = all.filter { name, _ in later.contains { $0.element.name == name } }
        if !values.isEmpty { try update(table, row.id, values) }
    }
}
