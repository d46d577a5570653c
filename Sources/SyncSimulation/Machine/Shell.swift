internal import CSQLiteSupport
internal import Changesets
internal import GRDBSQLite

/// A plain connection to a replica's file, past all of Offbook's code, as the `sqlite3` shell has it.
final class Shell {
    private var connection: OpaquePointer?
    private var statements: [String: OpaquePointer] = [:]

    init(_ path: String) throws {
        try check(sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, nil))
        sqlite3_busy_timeout(connection, 10_000)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close(connection)
    }

    @discardableResult
    func run(_ sql: String, _ values: [Value] = []) throws -> [[Value]] {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        for (place, value) in values.enumerated() { try bind(value, Int32(place + 1), statement) }
        var rows: [[Value]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append((0..<sqlite3_column_count(statement)).map { value($0, statement) })
            case SQLITE_DONE: return rows
            case let code: throw ShellError(code: code, message: String(cString: sqlite3_errmsg(connection)))
            }
        }
    }

    /// Goes round the triggers, as a damaged disk does.
    func withoutTriggers(_ body: () throws -> Void) throws {
        try check(offbook_enable_triggers(connection, 0))
        defer { _ = offbook_enable_triggers(connection, 1) }
        try body()
    }

    /// The one integer that a statement gives; 0 for none.
    func integer(_ sql: String, _ values: [Value] = []) throws -> Int64 {
        if case .integer(let integer)? = try run(sql, values).first?.first { integer } else { 0 }
    }

    private func prepared(_ sql: String) throws -> OpaquePointer? {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil))
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: Value, _ place: Int32, _ statement: OpaquePointer?) throws {
        switch value {
        case .null: try check(sqlite3_bind_null(statement, place))
        case .integer(let integer): try check(sqlite3_bind_int64(statement, place, integer))
        case .real(let real): try check(sqlite3_bind_double(statement, place, real))
        case .text(let bytes):
            try check(
                (Array(bytes) + [0]).withUnsafeBytes {
                    sqlite3_bind_text(
                        statement, place, $0.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), transient)
                })
        case .blob(let bytes):
            try check(
                (Array(bytes) + [0]).withUnsafeBytes {
                    sqlite3_bind_blob(statement, place, $0.baseAddress, Int32(bytes.count), transient)
                })
        }
    }

    private func value(_ column: Int32, _ statement: OpaquePointer?) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT: .text(bytes(column, statement)[...])
        case SQLITE_BLOB: .blob(bytes(column, statement)[...])
        default: .null
        }
    }

    private func bytes(_ column: Int32, _ statement: OpaquePointer?) -> [UInt8] {
        guard let base = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(statement, column))))
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else {
            throw ShellError(code: code, message: String(cString: sqlite3_errmsg(connection)))
        }
    }
}

/// What SQLite said to somebody at the shell.
struct ShellError: Error {
    var code: Int32
    var message: String

    /// Whether the disk is to blame: I/O, full or read-only.
    var isOfDisk: Bool { [SQLITE_IOERR, SQLITE_FULL, SQLITE_READONLY, SQLITE_CANTOPEN].contains(code & 255) }
}

/// SQLite copies the bytes before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Value {
    var blob: Bytes? { if case .blob(let bytes) = self { bytes } else { nil } }
    var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
}
