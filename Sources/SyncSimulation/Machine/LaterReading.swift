internal import Changesets
internal import ReplicaStore

/// A row in the terms of the later schema, whichever of its columns were where it was read.
extension StoredRow {
    /// - Parameters:
    ///   - columns: what was there, with its value; those with a stamp are in the order of the clock's.
    init(_ columns: [(name: String, value: Value)], _ clock: RowClock, of table: SyncedTable, isPresent: Bool) {
        let places = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let there = table.columns.map { places[$0] }
        var aligned = clock
        if !table.shape.isAppendOnly {
            aligned.columns = ColumnStamps(there.map { place in place.flatMap { clock.columns[$0] } })
        }
        let values = zip(table.columns, there).map { name, place in
            place.map { columns[$0].value } ?? SyncedTables.laterDefault(of: name, in: table) ?? .null
        }
        self.init(clock: aligned, values: values, isPresent: isPresent)
    }

    /// A row as it travels.
    init(_ row: RowState, of batch: RowBatch, _ table: SyncedTable) {
        self.init(
            zip(batch.columns, row.values).map { ($0, $1) }, row.clock, of: table, isPresent: row.clock.isAlive)
    }
}

/// What a file of either schema holds of a row.
final class LaterReading {
    private let shell: Shell
    /// The columns that each table has in this file; none for one that it has not.
    private var columns: [String: [String]] = [:]

    init(_ shell: Shell) { self.shell = shell }

    /// The number by which this file calls a table.
    func number(of table: SyncedTable) throws -> Int64 {
        if try !columns(of: table).isEmpty { return Int64(table.number) }
        return try shell.integer("SELECT number FROM kept_tables WHERE name = ?", [.text(table.name)])
    }

    func table(numbered number: Int64) throws -> SyncedTable? {
        guard number < 0 else { return tables[Int(number)] }
        let name = try shell.run("SELECT name FROM kept_tables WHERE number = ?", [.integer(number)]).first?[0]
        return name?.text.flatMap(SyncedTables.later.named)
    }

    func row(_ id: RowID, _ table: SyncedTable, _ clock: RowClock) throws -> StoredRow? {
        let known = try columns(of: table)
        let kept = try shell.run(
            "SELECT name, value FROM kept_columns WHERE tbl = ? AND id = ? ORDER BY name",
            [.integer(try number(of: table)), .blob(id)]
        ).map { (name: $0[0].text ?? "", value: $0[1]) }
        guard !known.isEmpty else { return StoredRow(kept, clock, of: table, isPresent: clock.isAlive) }
        for (place, isPresent) in [(table.name, true), ("deleted_\(table.name)", false)] {
            if !isPresent, table.isImmutable { break }
            let select = "SELECT \(known.joined(separator: ", ")) FROM \(place) WHERE id = ?"
            guard let values = try shell.run(select, [.blob(id)]).first else { continue }
            let own = zip(known, values).map { (name: $0, value: $1) }
            return StoredRow(own + kept, clock, of: table, isPresent: isPresent)
        }
        return nil
    }

    private func columns(of table: SyncedTable) throws -> [String] {
        if let known = columns[table.name] { return known }
        let found = try shell.run("SELECT name FROM pragma_table_info(?)", [.text(table.name)]).compactMap(\.[0].text)
        let known = table.columns.filter(found.contains)
        columns[table.name] = known
        return known
    }
}
