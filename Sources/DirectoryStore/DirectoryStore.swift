internal import Crypto
internal import FoundationEssentials
internal import GRDB
package import ReplicaStore
internal import Schema
internal import Synchronization

/// The server's directory: accounts, what opens them, what they may reach, and the audit log.
///
/// Its methods block; those that have to do with passwords for some tenths of a second.
package final class DirectoryStore: Sendable {
    private let writer: any DatabaseWriter
    private let path: String
    /// Unix milliseconds.
    package let clock: @Sendable () -> Int64
    let policy: DirectoryPolicy
    let outbox: Outbox?
    let secrets: ServerSecrets
    let passwords: PasswordHasher
    /// Sign-ins that have begun and not ended, by the subject of their failures.
    let pending = Mutex<[String: Int]>([:])
    package let changeMark: ChangeMark
    /// What accounts may spend.
    package let ledger: CreditLedger
    private let address = Mutex<String>("")
    let audited = Mutex<[AuditAction: Int]>([:])

    /// - Parameters:
    ///   - outbox: where mail goes; nil where the server sends none.
    ///   - clock: Unix milliseconds.
    package init(
        _ directory: DataDirectory, policy: DirectoryPolicy = DirectoryPolicy(), outbox: Outbox? = nil,
        clock: @escaping @Sendable () -> Int64 = systemMilliseconds
    ) throws {
        try directory.prepare()
        self.clock = clock
        self.policy = policy
        self.outbox = outbox
        let path = "\(directory.path)/directory.sqlite"
        self.path = path
        secrets = try directory.locked { try ServerSecrets(path: "\(directory.path)/directory.key") }
        passwords = PasswordHasher(cost: policy.passwordCost)
        writer = try ReplicaError.translating(path) { try Self.open(path, backsUp: directory.backsUp) }
        changeMark = try ChangeMark(path)
        ledger = try CreditLedger(directory, requiresCredits: policy.requiresCredits, clock: clock)
    }

    private static func open(_ path: String, backsUp: Bool) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.busyMode = .timeout(60)
        let writer = try DatabasePool(path: path, configuration: configuration)
        // Last, as GRDB lowers it when it switches to WAL.
        try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        if backsUp { try backUp(writer, path) }
        try migrate(writer, path)
        return writer
    }

    private static func backUp(_ writer: any DatabaseWriter, _ path: String) throws {
        let version = try writer.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
        if version > 0, version < Schema.directory.count { try backUpServer(holding: path) }
    }

    private static func migrate(_ writer: any DatabaseWriter, _ path: String) throws {
        try writer.write { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version <= Schema.directory.count else {
                throw ReplicaError(.newerSchema, "\(path) was written by a newer Offbook: upgrade this one")
            }
            for migration in Schema.directory.dropFirst(version) { try database.execute(sql: migration.sql) }
            try database.execute(sql: "PRAGMA user_version = \(Schema.directory.count)")
        }
    }

    func write<T>(_ body: (Database) throws -> T) throws -> T {
        try ReplicaError.translating(path) { try writer.write(body) }
    }

    func read<T>(_ body: (Database) throws -> T) throws -> T {
        try ReplicaError.translating(path) { try writer.read(body) }
    }

    /// Whether mail can be sent at all.
    package var sendsMail: Bool { outbox != nil }

    /// The address by which people reach the server, for links in mails; never taken from a request, as
    /// then whoever asks for a mail could have it point elsewhere.
    package var publicAddress: String {
        get { address.withLock { $0 } }
        set { address.withLock { $0 = newValue } }
    }
}
