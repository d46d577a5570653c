internal import Changesets
internal import FoundationEssentials
internal import GRDB

extension DirectoryStore {
    /// Mails a link for a new password, where there is an account. Says nothing of whether there is.
    package func forgotPassword(email: String, from origin: Origin) throws {
        let mail = try write { database -> Mail? in
            // Written down in either case, which also takes as long in either.
            try audit(
                database, .passwordForgotten, by: Doer(nil, origin), on: String(email.prefix(EmailAddress.lengthMax)))
            guard let row = try database.accountRow(emailKey: EmailAddress.key(email)) else { return nil }
            let account = try Account(row)
            guard account.isActive else { return nil }
            // The account's id stands before the secret, as codes are hashed with it.
            let token = RandomSecret.text(prefix: account.id.hex)
            do {
                try makeCode(
                    database, .reset, for: account.id, target: account.email, token, life: policy.codes.resetLife)
            } catch let error as AccountError where error.code == .tooManyTries {
                return nil
            }
            return resetMail(to: account.email, token: token)
        }
        if let mail { post(mail) }
    }

    /// Sets a new password by the link of a mail, which works once, and signs out everywhere. Whoever reads
    /// mail at the address has proved that it is theirs.
    ///
    /// - Throws: `AccountError` `.wrongCode`, `.invalid`.
    package func resetPassword(token: String, to password: String, from origin: Origin) throws {
        try check(password: password)
        guard let account = RowID(hex: String(token.prefix(32))), account.length == 16,
            try read({ try isOpen(token, of: account, in: $0) })
        else { throw wrongLink }
        let hash = try passwords.hash(password)
        try write { database in
            guard let address = try useCode(database, .reset, of: account, token),
                address == (try database.account(account))?.email
            else { throw wrongLink }
            try setByMail(database, account, hash)
            try forgetFailures(database, email: address)
            try endSessions(database, of: account, "the password was reset")
            try audit(database, .passwordReset, by: Doer(account, origin))
        }
    }

    /// A look that uses nothing up, so that strangers can't make the server hash passwords.
    private func isOpen(_ token: String, of account: RowID, in database: Database) throws -> Bool {
        let open = try Data.fetchOne(
            database,
            sql: """
                SELECT code FROM codes WHERE account_id = ? AND purpose = 'reset' AND ended_at IS NULL
                AND expires_at > ? AND tries_left > 0
                """, arguments: [account.data, clock()])
        return open == hash(token, .reset, account)
    }

    private func setByMail(_ database: Database, _ account: RowID, _ hash: String) throws {
        try database.execute(
            sql: """
                UPDATE accounts SET password = ?, password_is_once = 0, is_verified = 1, updated_at = ? WHERE id = ?
                """, arguments: [hash, clock(), account.data])
    }

    private var wrongLink: AccountError {
        AccountError(.wrongCode, "the link is wrong, over or used; ask for another one", field: "token")
    }
}
