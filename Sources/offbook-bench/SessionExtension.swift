import GRDBSQLite
import Glibc

/// SQLite's session extension, which notes in memory what a connection changes: looked up when it is needed, as not
/// every SQLite was built with it.
struct SessionExtension: Sendable {
    typealias Create =
        @convention(c) (OpaquePointer?, UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>) -> Int32
    typealias Attach = @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Int32
    typealias Changes =
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<UnsafeMutableRawPointer?>
        ) -> Int32
    typealias Delete = @convention(c) (OpaquePointer?) -> Void
    typealias Filter = @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32
    typealias Conflict = @convention(c) (UnsafeMutableRawPointer?, Int32, OpaquePointer?) -> Int32
    typealias Apply =
        @convention(c) (
            OpaquePointer?, Int32, UnsafeMutableRawPointer?, Filter?, Conflict?, UnsafeMutableRawPointer?
        ) -> Int32

    fileprivate let create: Create
    fileprivate let attach: Attach
    fileprivate let changes: Changes
    fileprivate let delete: Delete
    fileprivate let apply: Apply

    init() throws {
        create = try Self.function("sqlite3session_create")
        attach = try Self.function("sqlite3session_attach")
        changes = try Self.function("sqlite3session_changeset")
        delete = try Self.function("sqlite3session_delete")
        apply = try Self.function("sqlite3changeset_apply")
    }

    /// Nil, and why, where this SQLite has none.
    static func ifAny() -> (session: SessionExtension?, notes: [String]) {
        do {
            return (try SessionExtension(), [])
        } catch {
            return (nil, ["\(error)"])
        }
    }

    private static func function<T>(_ name: String) throws -> T {
        guard let address = dlsym(nil, name) else {
            throw MissingHere("this SQLite was built without the session extension: it has no \(name)")
        }
        return unsafeBitCast(address, to: T.self)
    }

    fileprivate static func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw BenchError("the session extension says: SQLite's error \(code)") }
    }
}

/// What is done to a table, from here on.
final class TableSession {
    private let session: SessionExtension
    private var handle: OpaquePointer?

    init(_ session: SessionExtension, _ table: PromptTable) throws {
        self.session = session
        try table.withConnection { try SessionExtension.check(session.create($0, "main", &handle)) }
        try SessionExtension.check(session.attach(handle, nil))
    }

    /// To be called before the table is closed.
    func end() { session.delete(handle) }

    func changeset() throws -> [UInt8] {
        var (count, bytes) = (Int32(), UnsafeMutableRawPointer?.none)
        try SessionExtension.check(session.changes(handle, &count, &bytes))
        defer { sqlite3_free(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }
}

extension PromptTable {
    /// Runs `body` while a session notes what is done, and gives what it noted.
    func recorded(by session: SessionExtension, _ body: () throws -> Void) throws -> [UInt8] {
        let recording = try TableSession(session, self)
        defer { recording.end() }
        try body()
        return try recording.changeset()
    }

    /// Applies a session's changeset in one transaction; the newcomer wins.
    func apply(_ changeset: [UInt8], by session: SessionExtension) throws {
        var bytes = changeset
        try withConnection { connection in
            try SessionExtension.check(sqlite3_exec(connection, "BEGIN IMMEDIATE", nil, nil, nil))
            try bytes.withUnsafeMutableBytes { bytes in
                // SQLITE_CHANGESET_REPLACE, which its header shows only to those who ask for the extension.
                try SessionExtension.check(
                    session.apply(connection, Int32(bytes.count), bytes.baseAddress, nil, { _, _, _ in 1 }, nil))
            }
            try SessionExtension.check(sqlite3_exec(connection, "COMMIT", nil, nil, nil))
        }
    }
}
