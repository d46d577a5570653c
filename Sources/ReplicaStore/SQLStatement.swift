internal import Changesets
internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// A prepared statement without GRDB's conversions, for the loops that run once a row: capture,
/// merge, export, digest. Text and blobs are bytes, so that nothing is repaired on its way.
///
/// It is GRDB's own, of the connection's cache: preparing what a small transaction needs costs several times what
/// running it does. The same SQL may run within itself, so what somebody has is nobody else's meanwhile.
final class SQLStatement {
    private let database: Database
    private let sql: String
    private let statement: Statement
    private let handle: OpaquePointer

    /// Handles that somebody has, as numbers.
    private static let taken = Mutex<Set<UInt>>([])

    init(_ database: Database, _ sql: String) throws {
        self.database = database
        self.sql = sql
        (statement, handle) = try Self.take(sql, database)
    }

    deinit {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        let number = UInt(bitPattern: handle)
        Self.taken.withLock { _ = $0.remove(number) }
    }

    /// A blank more at the end makes another statement of it. GRDB's own fetches, which take what is cached without
    /// asking, have none.
    private static func take(_ sql: String, _ database: Database) throws -> (Statement, OpaquePointer) {
        var spelling = sql + " "
        while true {
            let statement = try database.keptStatement(spelling)
            let handle = statement.sqliteStatement
            let number = UInt(bitPattern: handle)
            if taken.withLock({ $0.insert(number).inserted }) { return (statement, handle) }
            spelling += " "
        }
    }

    /// Binds the values in order, from the first placeholder on, and runs the statement to its end.
    func run(_ values: [Value]) throws {
        try bind(values)
        while try step() {}
    }

    /// Binds, and gives the first row's reading, or nil where there is none.
    func first<T>(_ values: [Value], _ read: (SQLStatement) throws -> T) throws -> T? {
        try bind(values)
        defer { sqlite3_reset(handle) }
        return try step() ? try read(self) : nil
    }

    func forEach(_ values: [Value] = [], _ body: (SQLStatement) throws -> Void) throws {
        try bind(values)
        defer { sqlite3_reset(handle) }
        while try step() { try body(self) }
    }

    /// Starts afresh with these values; then `step` until it says false.
    func bind(_ values: [Value]) throws {
        sqlite3_reset(handle)
        for (place, value) in values.enumerated() { try bind(value, at: Int32(place + 1)) }
    }

    /// Whether there is a row to read.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            sqlite3_reset(handle)
            throw error(code)
        }
    }

    /// Lets go of what it reads, where not all of it was asked for.
    func end() { sqlite3_reset(handle) }

    private func bind(_ value: Value, at place: Int32) throws {
        switch value {
        case .null: try check(sqlite3_bind_null(handle, place))
        case .integer(let integer): try check(sqlite3_bind_int64(handle, place, integer))
        case .real(let real): try check(sqlite3_bind_double(handle, place, real))
        case .text(let bytes):
            try check(
                withPointer(to: bytes) { sqlite3_bind_text(handle, place, $0, Int32($1), transient) })
        case .blob(let bytes):
            try check(
                withPointer(to: bytes) { sqlite3_bind_blob(handle, place, $0, Int32($1), transient) })
        }
    }

    /// SQLite takes a null pointer for NULL, so the empty string needs some address.
    private func withPointer(to bytes: Bytes, _ body: (UnsafePointer<CChar>, Int) -> Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.bindMemory(to: CChar.self).baseAddress else {
                return withUnsafePointer(to: CChar(0)) { body($0, 0) }
            }
            return body(base, buffer.count)
        }
    }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    func bytes(_ column: Int) -> [UInt8] {
        // The pointer must be asked for before the length: it may convert.
        guard let base = sqlite3_column_blob(handle, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
    }

    /// Nil where the column holds no id; the schema's checks forbid it.
    func rowID(_ column: Int) -> RowID? {
        guard let base = sqlite3_column_blob(handle, Int32(column)) else { return nil }
        return RowID(UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
    }

    func value(_ column: Int) -> Value {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, Int32(column)))
        case SQLITE_TEXT: .text(bytes(column)[...])
        case SQLITE_BLOB: .blob(bytes(column)[...])
        default: .null
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw error(code) }
    }

    private func error(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: sql)
    }
}

/// SQLite copies the bytes before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Database {
    private static let personalMax = 256
    /// The statements of this kind that each connection keeps, by their hashes.
    private static let personal = Mutex<[ObjectIdentifier: Set<Int>]>([:])

    /// A prepared statement that stays with the connection. Of those that name somebody's ids there are as many as
    /// people, and nothing takes a single one out again: from time to time all go.
    func keptStatement(_ sql: String) throws -> Statement {
        if sql.namesIDs, countPersonal(sql) > Self.personalMax {
            releaseMemory()
            Self.personal.withLock { $0[ObjectIdentifier(self)] = nil }
        }
        return try cachedStatement(sql: sql)
    }

    private func countPersonal(_ sql: String) -> Int {
        Self.personal.withLock { all in
            all[ObjectIdentifier(self), default: []].insert(sql.hashValue)
            return all[ObjectIdentifier(self)]?.count ?? 0
        }
    }
}

extension String {
    /// Whether there is a blob literal in this SQL. It is asked each time that a statement is taken: `contains` would
    /// cost more than taking it.
    fileprivate var namesIDs: Bool {
        var last: UInt8 = 0
        for byte in utf8 {
            if byte == UInt8(ascii: "'"), last == UInt8(ascii: "x") { return true }
            last = byte
        }
        return false
    }
}
