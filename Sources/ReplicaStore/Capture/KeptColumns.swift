internal import Changesets
internal import GRDB

/// The values of columns that only a newer schema has. Their stamps are in the row's clock, after those
/// of the columns that are known, ascending by name.
final class KeptColumns {
    private let database: Database
    private lazy var select = prepared(
        "SELECT name, rule, value FROM kept_columns WHERE tbl = ? AND id = ? ORDER BY name")
    private lazy var upsert = prepared(
        "INSERT OR REPLACE INTO kept_columns (tbl, id, name, rule, value) VALUES (?, ?, ?, ?, ?)")
    private lazy var remove = prepared("DELETE FROM kept_columns WHERE tbl = ? AND id = ?")
    private lazy var any = prepared("SELECT 1 FROM kept_columns WHERE tbl = ? LIMIT 1")
    /// Whether some row of a table has one.
    private var isUsed: [Int: Bool] = [:]

    init(_ database: Database) { self.database = database }

    private func prepared(_ sql: String) -> Result<SQLStatement, any Error> {
        Result { try SQLStatement(database, sql) }
    }

    func columns(of key: RowKey) throws -> [(column: TableShape.Column, value: Value)] {
        var found: [(TableShape.Column, Value)] = []
        try select.get().forEach(Self.arguments(key)) { row in
            let name = row.value(0).text ?? ""
            guard let column = TableShape.Column(name, order: Int(clamping: row.integer(1))) else {
                throw ReplicaError(.damaged, "what is kept of row \(key.id) can't be read; restore the library")
            }
            found.append((column, row.value(2)))
        }
        return found
    }

    /// - Parameter values: of the row's extras.
    func write(_ extras: [TableShape.Column], _ values: some Sequence<Value>, of key: RowKey) throws {
        for (column, value) in zip(extras, values) {
            try upsert.get().run(
                Self.arguments(key) + [.text(column.name), .integer(Int64(column.order)), value])
            isUsed[key.table] = true
        }
    }

    func forget(_ key: RowKey) throws {
        if try isUsed(by: key.table) { try remove.get().run(Self.arguments(key)) }
    }

    /// Asked once a table: most have none.
    func isUsed(by table: Int) throws -> Bool {
        if let known = isUsed[table] { return known }
        let found = try any.get().first([.integer(Int64(table))]) { _ in true } ?? false
        isUsed[table] = found
        return found
    }

    private static func arguments(_ key: RowKey) -> [Value] { [.integer(Int64(key.table)), .blob(key.id)] }
}
