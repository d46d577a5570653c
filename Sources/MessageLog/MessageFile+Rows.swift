internal import Changesets
internal import FoundationEssentials
internal import GRDB
internal import ReplicaStore

/// A message as it lies in the file.
struct SealedMessage: Sendable {
    var message: LoggedMessage
    var sealed: Data
}

extension MessageFile {
    // MARK: Messages

    /// In one transaction. One that is there already stays as it is: a commit may have failed after it was on the
    /// disk. Who has opted out by another process is heeded too.
    ///
    /// - Returns: how many were added.
    func insert(_ rows: [SealedMessage]) throws -> Int {
        try changing { database in
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO messages (id, user_id, workspace_id, created_at, sealed)
                    SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM opt_outs WHERE user_id = ?2)
                    ON CONFLICT (id) DO NOTHING
                    """)
            return try rows.reduce(0) { count, row in
                let (id, message) = (row.message.id, row.message)
                try statement.execute(arguments: [
                    id.blob, message.user.blob, message.workspace.blob, message.createdAt, row.sealed,
                ])
                return count + database.changesCount
            }
        }
    }

    /// The newest first.
    func messages(of user: RowID, limit: Int, before: RowID?, _ seal: MessageSeal) throws -> [MessageLogEntry] {
        try reading { database in
            let sql = """
                SELECT id, workspace_id, created_at, sealed FROM messages
                WHERE user_id = ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3
                """
            return try Row.fetchAll(database, sql: sql, arguments: [user.blob, before?.blob, limit])
                .map { try MessageLogEntry($0, of: user, seal) }
        }
    }

    func count(of user: RowID) throws -> Int {
        try reading { database in
            let sql = "SELECT count(*) FROM messages WHERE user_id = ?"
            return try Int.fetchOne(database, sql: sql, arguments: [user.blob]) ?? 0
        }
    }

    // MARK: Erasing

    /// A part of a person's messages.
    ///
    /// - Returns: how many they were; 0 when none are left.
    func eraseSome(of user: RowID) throws -> Int {
        try erase("SELECT n FROM messages WHERE user_id = ?", [user.blob])
    }

    /// A part of those that are older.
    func eraseSome(before time: Int64) throws -> Int {
        try erase("SELECT n FROM messages WHERE created_at < ?", [time])
    }

    /// A part of those of people who have opted out: an erasure may have been cut short.
    func eraseSomeOfOptedOut() throws -> Int {
        try erase("SELECT n FROM opt_outs CROSS JOIN messages USING (user_id)", [])
    }

    private func erase(_ which: String, _ arguments: StatementArguments) throws -> Int {
        try changing { database in
            try database.execute(
                sql: "DELETE FROM messages WHERE n IN (\(which) LIMIT \(Self.erasedMax))", arguments: arguments)
            return database.changesCount
        }
    }

    // MARK: Opting out

    func optedOut() throws -> Set<RowID> {
        try reading { database in
            Set(try Data.fetchAll(database, sql: "SELECT user_id FROM opt_outs").compactMap { RowID($0) })
        }
    }

    func setOptOut(_ user: RowID, _ isOut: Bool, at now: Int64) throws {
        try changing { database in
            let sql =
                isOut ? "INSERT OR IGNORE INTO opt_outs VALUES (?1, ?2)" : "DELETE FROM opt_outs WHERE user_id = ?1"
            try database.execute(sql: sql, arguments: isOut ? [user.blob, now] : [user.blob])
        }
    }
}

extension MessageLogEntry {
    fileprivate init(_ row: Row, of user: RowID, _ seal: MessageSeal) throws {
        guard let id = RowID(row["id"] as Data), let workspace = RowID(row["workspace_id"] as Data) else {
            throw ReplicaError(.damaged, "a row of the message log has no valid id: restore messages.sqlite")
        }
        let createdAt: Int64 = row["created_at"]
        let content = seal.open(row["sealed"], id: id, user: user, workspace: workspace, createdAt: createdAt)
        self.init(id: id, user: user, workspace: workspace, createdAt: createdAt, content: content)
    }
}

extension RowID {
    /// For GRDB's statements.
    fileprivate var blob: Data { Data(bytes) }
}
