internal import Changesets
internal import GRDB

/// Reads and writes whole rows of one synced table, the living and the deleted ones.
final class RowTable {
    let table: SyncedTable
    private let database: Database
    private lazy var selectLiving = Result { try select(from: table.name) }
    private lazy var selectDeleted = Result { try select(from: CaptureSchema.graveyard(table)) }
    private lazy var upsertLiving = Result { try upsert(into: table.name) }
    private lazy var upsertDeleted = Result { try upsert(into: CaptureSchema.graveyard(table)) }
    private lazy var removeLiving = Result { try remove(from: table.name) }
    private lazy var removeDeleted = Result { try remove(from: CaptureSchema.graveyard(table)) }

    init(_ database: Database, _ table: SyncedTable) {
        self.database = database
        self.table = table
    }

    /// The row's values in the shape's order; those it had last where it is deleted. Of a table that is not
    /// known every row has all of them: none.
    func values(of id: RowID, isAlive: Bool) throws -> [Value]? {
        if table.isKept { return [] }
        let statement = try (isAlive ? selectLiving : selectDeleted).get()
        let count = table.columns.count
        return try statement.first([.blob(id)]) { row in (0..<count).map { row.value($0) } }
    }

    /// Puts the row among the living or the deleted, and takes it from where it was.
    func write(_ id: RowID, _ values: some Collection<Value>, isAlive: Bool, wasAlive: Bool?) throws {
        if table.isKept { return }
        try (isAlive ? upsertLiving : upsertDeleted).get().run([.blob(id)] + values)
        guard let wasAlive, wasAlive != isAlive else { return }
        try (wasAlive ? removeLiving : removeDeleted).get().run([.blob(id)])
    }

    /// A row that lives again by somebody's insert leaves its former values behind.
    func forgetDeleted(_ id: RowID) throws { try removeDeleted.get().run([.blob(id)]) }

    /// Takes the row from among the living and the deleted.
    func remove(_ id: RowID) throws {
        if table.isKept { return }
        try removeLiving.get().run([.blob(id)])
        if !table.isImmutable { try removeDeleted.get().run([.blob(id)]) }
    }

    private func select(from name: String) throws -> SQLStatement {
        try SQLStatement(database, "SELECT \(table.columns.joined(separator: ", ")) FROM \(name) WHERE id = ?")
    }

    private func upsert(into name: String) throws -> SQLStatement {
        let columns = table.columns
        let sets = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let holes = Array(repeating: "?", count: columns.count + 1).joined(separator: ", ")
        return try SQLStatement(
            database,
            """
            INSERT INTO \(name) (id, \(columns.joined(separator: ", "))) VALUES (\(holes))
            ON CONFLICT (id) DO UPDATE SET \(sets)
            """)
    }

    private func remove(from name: String) throws -> SQLStatement {
        try SQLStatement(database, "DELETE FROM \(name) WHERE id = ?")
    }
}
