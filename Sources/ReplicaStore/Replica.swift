internal import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// One workspace's library in one SQLite file. Several processes may hold it at once; each opens it
/// once.
package final class Replica: Sendable {
    package enum Access: Sendable {
        /// One connection, for a command.
        case command
        /// A pool of readers beside the writer, for a server.
        case server
        /// For a shell that completes a word: reads only, waits for nobody, leaves no file behind, and
        /// fails where any of these can't be.
        case glance
    }

    package let path: String
    private let writer: any DatabaseWriter
    let surroundings: Surroundings
    private let home: String
    private let isCramped: Bool
    /// For whom it reads and writes; nil for itself.
    let persona: Persona?
    /// The transaction that this is a part of.
    nonisolated(unsafe) private let ongoing: WriteTransaction?
    let seen: SeenRows
    /// Of those who write for others: on a server many do at once.
    private let shared: SharedCommits
    let seenBefore: SeenRowsMemory

    /// Opens a replica that is there, and brings its schema up to date.
    ///
    package init(path: String, access: Access = .command, _ surroundings: Surroundings = Surroundings()) throws {
        self.path = path
        self.surroundings = surroundings
        persona = nil
        ongoing = nil
        seen = .all
        shared = SharedCommits()
        seenBefore = SeenRowsMemory()
        let home = surroundings.home(path)
        (writer, isCramped) = try ReplicaError.translating(path) {
            let writer = try Opening.writer(path, access)
            try Migrating(path, surroundings, home: home).run(writer, mayWrite: access != .glance)
            return (writer, try Opening.isCramped(writer))
        }
        self.home = home
    }

    /// The same file, opened once, for somebody else.
    init(_ replica: Replica, persona: Persona?, _ seen: SeenRows, ongoing: WriteTransaction?) {
        path = replica.path
        writer = replica.writer
        surroundings = replica.surroundings
        home = replica.home
        isCramped = replica.isCramped
        shared = replica.shared
        seenBefore = replica.seenBefore
        self.persona = persona
        self.ongoing = ongoing
        self.seen = seen
    }

    /// Itself, for nobody in particular.
    var impartial: Replica { persona == nil ? self : Replica(self, persona: nil, .all, ongoing: nil) }

    /// Reads one consistent state.
    package func read<T>(_ body: (ReadTransaction) throws -> T) throws -> T {
        if let ongoing { return try body(ongoing.reading) }
        return try readOne { reading in try reading.database.isolated { try body(reading) } }
    }

    /// Runs one statement, which sees one consistent state by itself: a transaction around it costs several times what
    /// such a statement does. `read` begins that transaction.
    func readOne<T>(_ body: (ReadTransaction) throws -> T) throws -> T {
        if let ongoing { return try body(ongoing.reading) }
        return try ReplicaError.translating(path) {
            try writer.unsafeRead { try body(ReadTransaction($0, surroundings.schema.tables, seen, persona?.user)) }
        }
    }

    /// Writes in one atomic, durable transaction. Waits for other writers.
    package func write<T>(_ body: (WriteTransaction) throws -> T) throws -> T {
        try write(capturing: true, body)
    }

    /// Writes what nobody edits: what has come from elsewhere, and what a sync notes beside the rows. As long as
    /// nobody edits between, triggers stay off: whenever they are switched, SQLite discards all prepared statements of
    /// the connection, and preparing them anew is a seventh of a push of 100 rows.
    func writeUncaptured<T>(_ body: (WriteTransaction) throws -> T) throws -> T {
        try write(capturing: false, body)
    }

    private func write<T>(capturing: Bool, _ body: (WriteTransaction) throws -> T) throws -> T {
        if let ongoing { return try body(ongoing) }
        try requireSpace()
        return try ReplicaError.translating(path) {
            var result: T?
            var wipe = WipeDue.nothing
            try withoutActuallyEscaping(body) { body in
                let perform = { [self] (database: Database) in
                    (result, wipe) = try carryOut(body, capturing: capturing, database)
                }
                guard persona == nil else { return try shared.run(SharedCommits.Job(perform), on: writer) }
                try writer.writeWithoutTransaction { try SharedCommits.commit(perform, $0) }
            }
            if wipe != .nothing {
                writer.writeWithoutTransaction { Wiping(database: $0).runWithoutWaiting(wipe) }
            }
            guard let result else { throw ReplicaError(.internalFault, "a committed transaction gave nothing") }
            return result
        }
    }

    private func carryOut<T>(
        _ body: (WriteTransaction) throws -> T, capturing: Bool, _ database: Database
    ) throws -> (T, WipeDue) {
        let transaction = try WriteTransaction(database, surroundings, capturing: capturing)
        defer { transaction.end() }
        try transaction.settle(in: home)
        // What was written outside Offbook is a transaction of its own.
        try transaction.seal()
        if let persona { try begin(transaction, for: persona) }
        let result = try body(transaction)
        try transaction.finish()
        return (result, transaction.identity.wipe)
    }

    /// As a merge does: a server whose clock has jumped writes nothing.
    private func begin(_ transaction: WriteTransaction, for persona: Persona) throws {
        try noteClock(transaction)
        try transaction.act(as: persona, seen)
        try transaction.introduce(persona)
    }

    /// To be called before a write, and before another connection is opened.
    func requireSpace() throws {
        if isCramped { throw ReplicaError(noSpaceFor: path) }
    }

    /// Unix milliseconds by this machine's clock, right or wrong.
    package func machineTime() -> Int64 { surroundings.clock() }

    package var random: RandomSource { surroundings.random }

    /// Sees to it that a copied or restored replica has its new id before anybody asks for it.
    func settle() throws {
        if try readOne({ try $0.identity().home }) != home { try write { _ in } }
    }

    /// For what SQLite does not do inside a transaction.
    func writeOutsideTransactions(_ body: (Database) throws -> Void) throws {
        try ReplicaError.translating(path) { try writer.writeWithoutTransaction(body) }
    }

    /// For the one write that makes the replica's identity.
    func writeUnidentified(_ body: (Database) throws -> Void) throws {
        try ReplicaError.translating(path) { try writer.write(body) }
    }

    /// Folds the change log if there is something in it.
    package func foldPending() throws {
        if try readOne({ try $0.hasUnfoldedChanges() }) { try writeUncaptured { try $0.fold() } }
    }

    /// Reads one consistent state in which every row's clock is up to date.
    package func readFolded<T>(_ body: (ReadTransaction) throws -> T) throws -> T {
        while true {
            let result = try read { try $0.hasUnfoldedChanges() ? nil : body($0) }
            if let result { return result }
            // Another process may write between this and the next look: its values have no clocks yet.
            try writeUncaptured { try $0.fold() }
        }
    }

    /// Held by whoever syncs this replica: two at once would each take the other's progress for its own.
    package func syncLock() throws -> FileLock { try FileLock(path + ".lock") }

    /// The same, for a task.
    package func awaitedSyncLock() async throws -> FileLock { try await .waiting(for: path + ".lock") }

    package func close() throws { try writer.close() }
}

extension Database {
    /// GRDB's own `read` sets `PRAGMA query_only` on a connection that may write, and sets it back: either time SQLite
    /// discards all prepared statements of the connection, and preparing them anew is most of what small reads cost.
    /// What it would guard against a `ReadTransaction` has no way to do.
    fileprivate func isolated<T>(_ body: () throws -> T) throws -> T {
        // Its `inTransaction` prepares its statements anew each time.
        try keptStatement("BEGIN DEFERRED TRANSACTION").execute()
        let result = Result { try body() }
        // A failed read may have ended it.
        if isInsideTransaction { try keptStatement("COMMIT TRANSACTION").execute() }
        return try result.get()
    }
}

/// Unix milliseconds of the machine's clock.
@Sendable package func systemMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
