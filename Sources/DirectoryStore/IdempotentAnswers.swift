internal import Crypto
internal import FoundationEssentials
internal import GRDB

/// The first answer to a request, as it is given again.
package struct KeptAnswer: Sendable, Equatable {
    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What is known of a request that may have been sent before.
package enum IdempotentRequest: Sendable, Equatable {
    /// It is the first of its key.
    case new
    /// It was answered.
    case answered(KeptAnswer)
    /// The first is not answered yet, or the server stopped before it was.
    case unanswered
    /// The first of this key was another request.
    case other
}

extension IdempotentRequest {
    package static let keyBytesMax = 200

    /// - Throws: `AccountError.invalid` for a key that is none.
    package static func check(key: String) throws {
        guard !key.isEmpty, key.utf8.count <= keyBytesMax else {
            throw AccountError(
                .invalid, "an Idempotency-Key has 1 to \(keyBytesMax) bytes", field: "Idempotency-Key")
        }
    }
}

extension DirectoryStore {
    /// How long an answer is kept, in milliseconds.
    package static let answerLife: Int64 = 24 * 3_600_000

    /// Of many at once, one is `new`.
    ///
    /// - Parameter request: all that makes the request what it is.
    /// - Throws: `AccountError.invalid` for a key that is none.
    package func begin(_ key: String, _ request: [UInt8], by caller: Caller) throws -> IdempotentRequest {
        try IdempotentRequest.check(key: key)
        let hash = Data(SHA256.hash(data: request))
        return try write { database in
            try database.execute(
                sql: "DELETE FROM idempotent_answers WHERE begun_at < ?", arguments: [clock() - Self.answerLife])
            try database.execute(
                sql: """
                    INSERT INTO idempotent_answers (account_id, key, request, begun_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """, arguments: [caller.account.data, key, hash, clock()])
            if database.changesCount == 1 { return .new }
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM idempotent_answers WHERE account_id = ? AND key = ?",
                arguments: [caller.account.data, key])
            return try row.map { try Self.known($0, hash) } ?? .unanswered
        }
    }

    private static func known(_ row: Row, _ hash: Data) throws -> IdempotentRequest {
        guard (row["request"] as Data) == hash else { return .other }
        guard let status = row["status"] as Int? else { return .unanswered }
        let headers = try JSONDecoder().decode([String: String].self, from: Data((row["headers"] as String).utf8))
        return .answered(KeptAnswer(status: status, headers: headers, body: [UInt8](row["body"] as Data)))
    }

    package func keep(_ answer: KeptAnswer, under key: String, by caller: Caller) throws {
        let headers = String(decoding: try JSONEncoder().encode(answer.headers), as: UTF8.self)
        try write {
            try $0.execute(
                sql: "UPDATE idempotent_answers SET status = ?, headers = ?, body = ? WHERE account_id = ? AND key = ?",
                arguments: [answer.status, headers, Data(answer.body), caller.account.data, key])
        }
    }

    /// For a request that did nothing: it may be sent again under the same key.
    package func forget(_ key: String, by caller: Caller) throws {
        try write {
            try $0.execute(
                sql: "DELETE FROM idempotent_answers WHERE account_id = ? AND key = ? AND status IS NULL",
                arguments: [caller.account.data, key])
        }
    }
}
