import Changesets
import GRDB
import GRDBSQLite

/// A prepared statement on SQLite's own interface, so that a comparison with plain SQLite is not
/// one with a wrapper.
final class RawStatement {
    private let connection: OpaquePointer?
    private var handle: OpaquePointer?

    init(_ database: Database, _ sql: String) throws {
        connection = database.sqliteConnection
        try check(sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil))
    }

    deinit { sqlite3_finalize(handle) }

    func run(_ values: [Value]) throws {
        for (place, value) in values.enumerated() { try bind(value, at: Int32(place + 1)) }
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else { return try check(code) }
    }

    private func bind(_ value: Value, at place: Int32) throws {
        switch value {
        case .null: try check(sqlite3_bind_null(handle, place))
        case .integer(let integer): try check(sqlite3_bind_int64(handle, place, integer))
        case .real(let real): try check(sqlite3_bind_double(handle, place, real))
        case .text(let bytes):
            try check(
                bytes.withUnsafeBytes {
                    sqlite3_bind_text(
                        handle, place, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count), transient)
                })
        case .blob(let bytes):
            try check(
                bytes.withUnsafeBytes { sqlite3_bind_blob(handle, place, $0.baseAddress, Int32($0.count), transient) }
            )
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw BenchError(String(cString: sqlite3_errmsg(connection))) }
    }
}

/// SQLite copies the bytes before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
