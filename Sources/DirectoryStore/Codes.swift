internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// What a mailed code is for.
enum CodePurpose: String { case verify, reset, email }

extension DirectoryStore {
    static let day: Int64 = 86_400_000

    /// - Throws: `AccountError.tooManyTries` after three of one purpose in 24 hours.
    func makeCode(
        _ database: Database, _ purpose: CodePurpose, for account: RowID, target: String, _ code: String, life: Int64
    ) throws {
        let now = clock()
        let recent = try Int64.fetchAll(
            database, sql: "SELECT created_at FROM codes WHERE account_id = ? AND purpose = ? AND created_at > ?",
            arguments: [account.data, purpose.rawValue, now - Self.day])
        guard recent.count < policy.codes.perDay else {
            throw AccountError(
                .tooManyTries, "\(recent.count) codes were sent today; use the last one, or try again tomorrow",
                retryAfter: ((recent.min() ?? now) + Self.day - now) / 1000)
        }
        // The last one counts; an older mail that comes late opens nothing.
        try database.execute(
            sql: "UPDATE codes SET ended_at = ? WHERE account_id = ? AND purpose = ? AND ended_at IS NULL",
            arguments: [now, account.data, purpose.rawValue])
        try database.execute(
            sql: """
                INSERT INTO codes (account_id, purpose, code, target, tries_left, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                account.data, purpose.rawValue, hash(code, purpose, account), target, policy.codes.tries, now,
                now + life,
            ])
    }

    /// Uses up a code of six digits, or one try at it.
    ///
    /// - Returns: the address it was mailed to; nil where it is wrong or over.
    func useCode(
        _ database: Database, _ purpose: CodePurpose, of account: RowID, _ code: String
    ) throws -> String? {
        let now = clock()
        let row = try Row.fetchOne(
            database,
            sql: """
                UPDATE codes SET tries_left = tries_left - 1 WHERE account_id = ? AND purpose = ? AND ended_at IS NULL
                AND expires_at > ? AND tries_left > 0 RETURNING key, code, target
                """, arguments: [account.data, purpose.rawValue, now])
        guard let row, row["code"] == hash(code, purpose, account) else { return nil }
        try database.execute(
            sql: "UPDATE codes SET ended_at = ? WHERE key = ?", arguments: [now, row["key"] as Int64])
        return row["target"]
    }

    func hash(_ code: String, _ purpose: CodePurpose, _ account: RowID) -> Data {
        Data(secrets.code("code", [Array(purpose.rawValue.utf8), account.bytes, Array(code.utf8)]))
    }

    static func sixDigits() -> String {
        let digits = String(Int.random(in: 0..<1_000_000))
        return String(repeating: "0", count: 6 - digits.count) + digits
    }
}
