import GRDBSQLite
import Synchronization

/// The connections that SQLite opens in this process, so that a measurement can set and count what Offbook has no
/// setting for. To be used while their owner does nothing with them.
enum OpenedConnections {
    private typealias Entry =
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, OpaquePointer?) -> Int32

    private struct Connection: @unchecked Sendable {
        let handle: OpaquePointer?
        /// A file's name; those of the benchmark have one of their own each.
        let file: Substring
        let rows: UnsafeMutablePointer<Int>
    }

    private static let opened = Mutex<[Connection]>([])
    private static let counts = Mutex(false)

    /// From here on they are known.
    static let watch: Void = {
        let entry: Entry = { handle, _, _ in
            OpenedConnections.note(handle)
            return SQLITE_OK
        }
        sqlite3_auto_extension(unsafeBitCast(entry, to: (@convention(c) () -> Void).self))
    }()

    private static func note(_ handle: OpaquePointer?) {
        guard let path = sqlite3_db_filename(handle, "main") else { return }
        let rows = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        rows.initialize(to: 0)
        if counts.withLock({ $0 }) { sqlite3_trace_v2(handle, UInt32(SQLITE_TRACE_ROW), countRow, rows) }
        opened.withLock { $0.append(Connection(handle: handle, file: name(String(cString: path)), rows: rows)) }
    }

    private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

    static func execute(_ sql: String, onLastOf path: String) throws {
        guard let connection = opened.withLock({ $0.last { $0.file == name(path) } }),
            sqlite3_exec(connection.handle, sql, nil, nil, nil) == SQLITE_OK
        else { throw BenchError("no connection to \(path) took “\(sql)”") }
    }

    /// Whether the rows are counted that statements give, on connections that are opened from here on.
    static func countRows(_ counting: Bool) { counts.withLock { $0 = counting } }

    /// So far, on all connections to a file.
    static func rows(of path: String) -> Int {
        opened.withLock { $0.filter { $0.file == name(path) }.reduce(0) { $0 + $1.rows.pointee } }
    }
}

private func countRow(
    _: UInt32, _ count: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?
) -> Int32 {
    count?.assumingMemoryBound(to: Int.self).pointee += 1
    return SQLITE_OK
}
