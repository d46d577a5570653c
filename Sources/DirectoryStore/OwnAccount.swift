internal import AccessControl
internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// What somebody changes about their own account.
extension DirectoryStore {
    /// - Throws: `AccountError.unauthorized` where the caller is no person any more.
    package func account(of caller: Caller) throws -> Account {
        try read { try requireAccount($0, caller.account) }
    }

    /// - Parameter username: nil leaves it as it is.
    package func setProfile(_ profile: Profile, username: String?, by caller: Caller) throws -> Account {
        try profile.check()
        let username = try username.map { try checked(username: $0) }
        return try write { database in
            if let username { try refuseTaken(database, username, by: caller.account) }
            try database.execute(
                sql: """
                    UPDATE accounts SET name = ?, avatar_url = ?, user_type = ?, about_me = ?, hobbies = ?,
                        username = coalesce(?6, username), username_key = coalesce(?7, username_key), updated_at = ?
                    WHERE id = ?
                    """,
                arguments: [
                    profile.name, profile.avatarURL, profile.userType, profile.aboutMe, profile.hobbies, username,
                    username?.lowercased(), clock(), caller.account.data,
                ])
            try audit(database, .profileChanged, by: caller.doer)
            return try requireAccount(database, caller.account)
        }
    }

    /// Changes the password of somebody who knows the old one, and ends every other session.
    package func changePassword(from old: String, to new: String, by caller: Caller) throws {
        let hash = try confirm(old, of: caller)
        try setPassword(new, of: caller.account, replacing: hash, field: "new_password", from: caller.origin)
        try write { database in
            try database.execute(
                sql:
                    "UPDATE sessions SET ended_at = ?, end_reason = ? WHERE account_id = ? AND ended_at IS NULL AND id != ?",
                arguments: [clock(), "the password was changed", caller.account.data, caller.session?.data ?? Data()])
            try database.execute(
                sql:
                    "UPDATE api_keys SET ended_at = ? WHERE account_id = ? AND is_device AND ended_at IS NULL AND id != ?",
                arguments: [clock(), caller.account.data, caller.key?.data ?? Data()])
        }
    }

    /// Asks for the password again, by the same count of tries as a sign-in.
    ///
    /// - Returns: its hash.
    private func confirm(_ password: String, of caller: Caller) throws -> String {
        let account = try account(of: caller)
        let attempt = try beginTry(email: account.email, from: caller.origin)
        defer { endTry(attempt) }
        let hash = try read { database in
            try String.fetchOne(
                database, sql: "SELECT password FROM accounts WHERE id = ?", arguments: [account.id.data])
        }
        guard try passwords.matches(password, hash), let hash else {
            try write { database in
                try audit(database, .signInFailed, by: caller.doer, on: account.email)
                if try countFailure(database, attempt) {
                    try audit(database, .lockedOut, by: caller.doer, on: account.email)
                }
            }
            throw AccountError(.wrongCredentials, "the password is wrong", field: "password")
        }
        return hash
    }

    /// Mails a code to a new address, which becomes the account's once the code is given. Where the server
    /// does not verify addresses it becomes so at once.
    ///
    /// - Returns: whether a code has to be given.
    package func changeEmail(to text: String, password: String, by caller: Caller) throws -> Bool {
        let email = try EmailAddress(text)
        _ = try confirm(password, of: caller)
        let mail = try write { database -> Mail? in
            guard policy.requiresVerification else {
                try setEmail(database, email, by: caller)
                return nil
            }
            let code = Self.sixDigits()
            try makeCode(
                database, .email, for: caller.account, target: email.text, code, life: policy.codes.verificationLife)
            // Whether somebody else has the address is told to whoever reads mail there, and to nobody else.
            let isTaken = try database.accountRow(emailKey: email.key) != nil
            return isTaken ? alreadyRegisteredMail(to: email.text) : verificationMail(to: email.text, code: code)
        }
        if let mail { post(mail) }
        return policy.requiresVerification
    }

    package func confirmEmail(code: String, by caller: Caller) throws {
        let isRight = try write { database in
            guard let target = try useCode(database, .email, of: caller.account, code) else { return false }
            try setEmail(database, EmailAddress(target), by: caller)
            return true
        }
        guard isRight else { throw wrongCode }
    }

    private func setEmail(_ database: Database, _ email: EmailAddress, by caller: Caller) throws {
        let holder = try database.accountRow(emailKey: email.key)?.optionalID("id")
        guard holder == nil || holder == caller.account else {
            throw AccountError(.emailTaken, "\(email.text) has an account", field: "email")
        }
        try database.execute(
            sql: "UPDATE accounts SET email = ?, email_key = ?, is_verified = 1, updated_at = ? WHERE id = ?",
            arguments: [email.text, email.key, clock(), caller.account.data])
        try audit(database, .emailChanged, by: caller.doer, on: email.text)
    }

    /// Ends the account. What it wrote stays, and so does a line in the archive; its password, keys,
    /// sessions and memberships go.
    ///
    /// - Throws: `AccountError.conflict` for the last owner of a workspace with other members.
    package func deleteAccount(password: String, reason: String, by caller: Caller) throws {
        guard reason.count <= Profile.lengthMax else {
            throw AccountError(.invalid, "the reason has more than \(Profile.lengthMax) characters", field: "reason")
        }
        _ = try confirm(password, of: caller)
        try write { database in
            let account = try requireAccount(database, caller.account)
            for membership in try memberships(database, of: account.id) where membership.role == .owner {
                try refuseLastOwner(database, membership.workspace, account.id)
            }
            try archive(database, account, reason)
            try audit(database, .accountDeleted, by: caller.doer, on: account.email, reason)
        }
    }

    private func archive(_ database: Database, _ account: Account, _ reason: String) throws {
        try database.execute(
            sql: """
                INSERT INTO archived_accounts (account_id, email, username, name, reason, archived_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                account.id.data, account.email, account.username, account.profile.name, reason, clock(),
            ])
        try database.execute(
            sql: """
                UPDATE accounts SET is_active = 0, email = NULL, email_key = NULL, username = NULL, username_key = NULL,
                    password = NULL, updated_at = ? WHERE id = ?
                """, arguments: [clock(), account.id.data])
        try endSessions(database, of: account.id, "the account was deleted")
        try database.execute(
            sql: "UPDATE api_keys SET ended_at = ? WHERE account_id = ? AND ended_at IS NULL",
            arguments: [clock(), account.id.data])
        try database.execute(
            sql: "UPDATE members SET removed_at = ? WHERE account_id = ? AND removed_at IS NULL",
            arguments: [clock(), account.id.data])
    }
}
