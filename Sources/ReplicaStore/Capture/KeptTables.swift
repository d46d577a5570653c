internal import Changesets
internal import GRDB

/// The tables that only a newer schema has, and the numbers that their rows go by in this file.
final class KeptTables {
    private let database: Database
    private lazy var select = Result { try SQLStatement(database, "SELECT number, name FROM kept_tables") }
    private var numbers: [String: Int]?

    init(_ database: Database) { self.database = database }

    func named(_ name: String) throws -> SyncedTable? {
        try all()[name].map { SyncedTable(kept: $0, name) }
    }

    func numbered(_ number: Int) throws -> SyncedTable? {
        guard number < 0 else { return nil }
        return try all().first { $0.value == number }.map { SyncedTable(kept: number, $0.key) }
    }

    /// Gives the table a number where it has none.
    func make(_ name: String) throws -> SyncedTable {
        if let known = try named(name) { return known }
        let number = (try all().values.min() ?? 0) - 1
        try SQLStatement(database, "INSERT INTO kept_tables (number, name) VALUES (?, ?)")
            .run([.integer(Int64(number)), .text(name)])
        numbers?[name] = number
        return SyncedTable(kept: number, name)
    }

    /// By name. There are few, and most files have none.
    func all() throws -> [String: Int] {
        if let numbers { return numbers }
        var found: [String: Int] = [:]
        try select.get().forEach { found[$0.value(1).text ?? ""] = Int($0.integer(0)) }
        numbers = found
        return found
    }
}
