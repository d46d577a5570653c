internal import FoundationEssentials
internal import GRDB
internal import Synchronization

/// One try to sign in, from before its password is looked at until its outcome is known.
///
/// It takes its place at once: of many that come at the same time no more are looked at than may fail.
struct SignInTry: Sendable {
    /// Whose failures it counts among: the account's, known or not, and the address's.
    var subjects: [(name: String, limit: Int)]
}

extension DirectoryStore {
    /// - Throws: `AccountError.tooManyTries`.
    func beginTry(email: String, from origin: Origin) throws -> SignInTry {
        let limits = policy.signIn
        // What is no address can't be guessed at either, and counts by the network's address alone.
        let account = EmailAddress.key(email).map { [("account \($0)", limits.failuresOfAccount)] } ?? []
        let attempt = SignInTry(
            subjects: account.map { (name: $0.0, limit: $0.1) }
                + [(name: "address \(origin.address)", limit: limits.failuresFromAddress)])
        try pending.withLock { pending in
            for subject in attempt.subjects { try refuseLocked(subject, pending[subject.name] ?? 0) }
            for subject in attempt.subjects { pending[subject.name, default: 0] += 1 }
        }
        return attempt
    }

    private func refuseLocked(_ subject: (name: String, limit: Int), _ pending: Int) throws {
        let (count, lockedUntil) = try failures(subject.name)
        if lockedUntil > clock() {
            let seconds = (lockedUntil - clock() + 999) / 1000
            throw AccountError(
                .tooManyTries, "too many sign-ins have failed; try again in \((seconds + 59) / 60) min",
                retryAfter: seconds)
        }
        guard count + pending < subject.limit else {
            throw AccountError(.tooManyTries, "too many sign-ins at once; try again in a moment", retryAfter: 1)
        }
    }

    private func failures(_ subject: String) throws -> (count: Int, lockedUntil: Int64) {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM failures WHERE subject = ? AND since > ?",
                arguments: [subject, clock() - policy.signIn.lockMilliseconds])
            return (row?["count"] ?? 0, row?["locked_until"] ?? 0)
        }
    }

    /// The place is given back only once the failure is written down.
    func endTry(_ attempt: SignInTry) {
        pending.withLock { pending in
            for subject in attempt.subjects {
                let left = (pending[subject.name] ?? 1) - 1
                pending[subject.name] = left > 0 ? left : nil
            }
        }
    }

    /// - Returns: whether this failure locked somebody out.
    func countFailure(_ database: Database, _ attempt: SignInTry) throws -> Bool {
        let (now, life) = (clock(), policy.signIn.lockMilliseconds)
        try database.execute(sql: "DELETE FROM failures WHERE since <= ?", arguments: [now - life])
        var isLocked = false
        for subject in attempt.subjects {
            let count =
                try Int.fetchOne(
                    database,
                    sql: """
                        INSERT INTO failures (subject, count, since, locked_until) VALUES (?1, 1, ?2, 0)
                        ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count
                        """, arguments: [subject.name, now]) ?? 0
            guard count >= subject.limit else { continue }
            isLocked = true
            try database.execute(
                sql: "UPDATE failures SET locked_until = ?, since = ? WHERE subject = ?",
                arguments: [now + life, now, subject.name])
        }
        return isLocked
    }

    /// The account's own failures; those of the address stay, or one good account would clear the way for
    /// guesses at others.
    func forgetFailures(_ database: Database, email: String) throws {
        guard let key = EmailAddress.key(email) else { return }
        try database.execute(sql: "DELETE FROM failures WHERE subject = ?", arguments: ["account \(key)"])
    }
}
