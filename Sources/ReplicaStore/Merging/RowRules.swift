internal import Changesets
internal import GRDB

/// What a row state from outside must satisfy before it may touch the database.
final class RowRules {
    private struct Column {
        var type: String
        var isRequired: Bool
        var fallback: Value
    }

    private let database: Database
    /// Of those tables that were asked for: most of a small changeset is of one or two.
    private var known: [Int: [Column]] = [:]

    /// The longest body a version may have, in bytes.
    static let bodyBytesMax = 1 << 20

    init(_ database: Database) { self.database = database }

    /// None of a table that only a newer schema has.
    private func columns(of table: SyncedTable) throws -> [Column] {
        if let columns = known[table.number] { return columns }
        var named: [String: Column] = [:]
        let info = try SQLStatement(database, "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info(?)")
        try info.forEach([.text(table.name)]) { row in
            named[row.value(0).text ?? ""] = Column(
                type: row.value(1).text ?? "", isRequired: row.integer(2) != 0,
                fallback: Self.literal(row.value(3).text))
        }
        let columns = table.columns.compactMap { named[$0] }
        known[table.number] = columns
        return columns
    }

    /// A default as the schema writes it: '', 'text', 0, x'' or nothing.
    private static func literal(_ text: String?) -> Value {
        guard let text else { return .null }
        if let integer = Int64(text) { return .integer(integer) }
        if text.hasPrefix("x'") { return .blob([]) }
        return .text(String(text.dropFirst().dropLast()))
    }

    func alignment(of batch: RowBatch, to table: SyncedTable) throws -> Alignment {
        Alignment(of: batch, to: table.shape, try columns(of: table).map(\.fallback))
    }

    /// A row's values without the last of them, as far as they are of columns that came later than their table and
    /// hold what they hold where nobody wrote them. So a row looks the same to an older schema.
    func withoutUnwritten(_ values: [Value], of table: SyncedTable) throws -> ArraySlice<Value> {
        let fallbacks = try columns(of: table).map(\.fallback)
        var count = min(values.count, fallbacks.count)
        let first = count - table.laterColumns
        while count > first, values[count - 1] == fallbacks[count - 1] { count -= 1 }
        return values.prefix(count)
    }

    /// Why this state can't be taken, or nil.
    func objection(to row: RowState, in table: SyncedTable) throws -> String? {
        if row.id.length != table.idLength, !table.isKept { return "its id is not of \(table.idLength) bytes" }
        if table.shape.isAppendOnly != row.clock.isAppendOnly { return "its clock is not of the kind of its table" }
        if table.isImmutable, !row.clock.isAlive { return "rows of \(table.name) can not be deleted" }
        return try widthObjection(to: row.extras, in: table) ?? typeObjection(to: row, in: table)
            ?? extrasObjection(to: row) ?? contentObjection(to: row, in: table)
    }

    /// No page can hold a row of more.
    func widthObjection(to extras: [TableShape.Column], in table: SyncedTable) -> String? {
        let most = ChangesetLimits.columnsPerTableMax
        let isTooWide = table.columns.count + extras.count > most
        return isTooWide ? "it has more than \(most) columns with those that are not known here" : nil
    }

    /// Of a column that is not known, all that can be said is whether SQLite can hold its value.
    private func extrasObjection(to row: RowState) -> String? {
        for (column, value) in zip(row.extras, row.values.suffix(row.extras.count)) {
            if !Self.fits(value, "ANY", isRequired: false) { return "its \(column.name) is not a number" }
        }
        return nil
    }

    private func typeObjection(to row: RowState, in table: SyncedTable) throws -> String? {
        for (place, column) in try columns(of: table).enumerated() where place < row.values.count {
            if !Self.fits(row.values[place], column.type, isRequired: column.isRequired) {
                return "its \(table.columns[place]) is not \(column.type)"
            }
        }
        return nil
    }

    private static func fits(_ value: Value, _ type: String, isRequired: Bool) -> Bool {
        switch (value, type) {
        case (.null, _): !isRequired
        // SQLite would store NULL.
        case (.real(let real), _) where real.isNaN: false
        case (.integer, "INTEGER"), (.real, "REAL"), (.text, "TEXT"), (.blob, "BLOB"), (_, "ANY"): true
        default: false
        }
    }

    /// Content-addressed rows must be what their id says.
    private func contentObjection(to row: RowState, in table: SyncedTable) -> String? {
        switch table.number {
        case SyncedTable.versions.number: Self.versionObjection(row)
        case SyncedTable.conflicts.number: Self.journalObjection(row)
        default: nil
        }
    }

    private static func versionObjection(_ row: RowState) -> String? {
        guard row.values.count >= 8, case .blob(let prompt) = row.values[0], case .blob(let parents) = row.values[1],
            case .text(let kind) = row.values[3], case .text(let body) = row.values[4],
            case .text(let settings) = row.values[5], case .text(let variables) = row.values[6],
            case .text(let type) = row.values[7], let prompt = RowID(prompt), parents.count.isMultiple(of: 32)
        else { return "it is not a whole version" }
        guard body.count <= bodyBytesMax else { return "its body is longer than \(bodyBytesMax) bytes" }
        let starts = stride(from: parents.startIndex, to: parents.endIndex, by: 32)
        let ids = starts.compactMap { RowID(parents[$0..<$0 + 32]) }
        guard ids == ids.sorted() else { return "its parents are not in order" }
        let identity = VersionIdentity(
            prompt: prompt, parents: ids, kind: kind, body: body, settings: settings, variables: variables,
            type: type)
        return identity.id == row.id ? nil : "its id is not the hash of its content"
    }

    private static func journalObjection(_ row: RowState) -> String? {
        guard row.values.count >= 7, case .text(let table) = row.values[0], case .blob(let id) = row.values[1],
            case .text(let column) = row.values[2], case .integer = row.values[3],
            case .blob(let replica) = row.values[4], case .integer(let seq) = row.values[5],
            let id = RowID(id), let replica = ReplicaID(replica), seq > 0
        else { return "it is not a whole journal entry" }
        let dot = Dot(replica: replica, seq: UInt64(seq))
        let hash = RowID.journal(table: table, row: id, column: column, dot: dot, value: row.values[6])
        return hash == row.id ? nil : "its id is not the hash of its content"
    }
}
