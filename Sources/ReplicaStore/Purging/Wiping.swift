internal import FoundationEssentials
internal import GRDB

/// What is left of something that was purged where no query finds it.
enum WipeDue: Int64 {
    case nothing = 0
    /// The file's free space may hold it, and the log.
    case file = 1
    /// Only the log does.
    case log = 2
}

/// Leaves no byte of a replica's file, and of its log, that is not needed.
struct Wiping {
    let database: Database

    /// Writes the whole file anew, into the log. To be called outside a transaction.
    func rewriteFile() throws {
        try database.execute(sql: "VACUUM")
        try note(.log, unless: .nothing)
    }

    /// Brings the log into the file, and cuts it off.
    ///
    /// - Returns: false where somebody still reads what is in the log.
    func cutLog() throws -> Bool {
        let isBusy = try SQLStatement(database, "PRAGMA wal_checkpoint(TRUNCATE)").first([]) { $0.integer(0) != 0 }
        guard isBusy == false else { return false }
        try note(.nothing, unless: .nothing)
        return true
    }

    /// As far as it can be done without waiting for anybody; what can't is tried again by the next write.
    func runWithoutWaiting(_ due: WipeDue) {
        do {
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            if due == .file { try rewriteFile() }
            _ = try cutLog()
        } catch {
            // It stays due, and doctor says so.
        }
        try? database.execute(sql: "PRAGMA busy_timeout = \(Int(Opening.busyTimeout * 1000))")
    }

    private func note(_ due: WipeDue, unless known: WipeDue) throws {
        try database.execute(
            sql: "UPDATE replica SET wipe_due = ? WHERE wipe_due NOT IN (?, ?)",
            arguments: [due.rawValue, due.rawValue, known.rawValue])
    }
}

extension Replica {
    /// Writes the file anew without its free space, and cuts off its log.
    ///
    /// - Returns: the bytes of both, before and after.
    /// - Throws: `ReplicaError.busy` where another process reads it for too long, `diskFull` where there is
    ///   no space for a second file; nothing is lost then.
    package func shrink() throws -> (before: Int64, after: Int64) {
        let before = bytesOnDisk
        try writeOutsideTransactions { database in
            let wiping = Wiping(database: database)
            try wiping.rewriteFile()
            guard try wiping.cutLog() else {
                throw ReplicaError(
                    .busy, "another process reads the library \(path); nothing is lost; try again when it is done")
            }
        }
        return (before, bytesOnDisk)
    }

    /// Whether nothing is left of what was purged.
    package func isWiped() throws -> Bool { try read { try $0.identity().wipe } == .nothing }

    /// Does what a purge left to be done, where nobody reads the file.
    package func finishWiping() throws {
        if try !isWiped() { try write { _ in } }
    }

    private var bytesOnDisk: Int64 {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + (attributes?[.size] as? Int64 ?? Int64(attributes?[.size] as? Int ?? 0))
        }
    }
}
