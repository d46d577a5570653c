package import Changesets
internal import FoundationEssentials
internal import GRDB

package struct SignInRequest: Sendable {
    package var email: String
    package var password: String
    /// What replaces a password that works only once.
    package var newPassword: String?
    /// The workspace that the tokens name, by its id; the first of the account's where nil.
    package var workspace: RowID?

    package init(email: String, password: String, newPassword: String? = nil, workspace: RowID? = nil) {
        self.email = email
        self.password = password
        self.newPassword = newPassword
        self.workspace = workspace
    }
}

extension DirectoryStore {
    /// Looks at a password.
    ///
    /// It does the same and says the same for an address with and without an account, and takes as long.
    ///
    /// - Throws: `AccountError` `.wrongCredentials`, `.tooManyTries`; and once the password is right
    ///   `.unverified` and `.passwordChangeRequired`.
    package func signIn(_ request: SignInRequest, from origin: Origin) throws -> SessionTokens {
        let account = try checkPassword(request, from: origin)
        return try write { try openSession($0, for: account, in: request.workspace, from: origin) }
    }

    /// The same, for a machine that goes on by an API key: it works offline for weeks, and can't refresh then.
    ///
    /// - Returns: the account, and the key, which is not kept and can't be shown again.
    package func signInDevice(
        _ request: SignInRequest, name: String, from origin: Origin
    ) throws -> (account: Account, key: CreatedKey) {
        let account = try checkPassword(request, from: origin)
        return try write { database in
            try audit(database, .signedIn, by: Doer(account.id, origin), on: account.email, name)
            let key = try insertKey(
                database, APIKeyRequest(name: name), for: account.id, isDevice: true, by: Doer(account.id, origin))
            return (account, key)
        }
    }

    private func checkPassword(_ request: SignInRequest, from origin: Origin) throws -> Account {
        let attempt = try beginTry(email: request.email, from: origin)
        defer { endTry(attempt) }
        let row = try read { try $0.accountRow(emailKey: EmailAddress.key(request.email)) }
        let hash: String? = row?["password"]
        let isRight = try passwords.matches(request.password, hash)
        guard isRight, let row, row["is_active"], let hash else {
            throw try fail(attempt, request.email, row?.optionalID("id"), origin)
        }
        let account = try Account(row)
        try write { try forgetFailures($0, email: request.email) }
        guard account.isVerified || !policy.requiresVerification else {
            throw AccountError(
                .unverified, "the address is not verified yet; give the code that was mailed there, or ask for another")
        }
        try replaceOnce(row, account, request, from: origin)
        if passwords.isDated(hash) { try rehash(account.id, request.password, from: hash) }
        return account
    }

    private func fail(_ attempt: SignInTry, _ email: String, _ account: RowID?, _ origin: Origin) throws -> AccountError
    {
        try write { database in
            let subject = String(email.prefix(EmailAddress.lengthMax))
            // Who it was is not known: only which account it was tried on.
            try audit(database, .signInFailed, by: Doer(nil, origin), on: subject)
            if try countFailure(database, attempt) {
                try audit(database, .lockedOut, by: Doer(nil, origin), on: subject)
            }
        }
        return AccountError(.wrongCredentials, "the address or the password is wrong")
    }

    /// A password that somebody else knows works once, for choosing another.
    private func replaceOnce(
        _ row: Row, _ account: Account, _ request: SignInRequest, from origin: Origin
    ) throws {
        guard row["password_is_once"] else { return }
        guard let new = request.newPassword else {
            throw AccountError(
                .passwordChangeRequired,
                "this password works once: choose a new one, and send it along as new_password",
                field: "new_password")
        }
        try setPassword(new, of: account.id, replacing: row["password"], field: "new_password", from: origin)
    }

    private func rehash(_ account: RowID, _ password: String, from old: String) throws {
        let new = try passwords.hash(password)
        try write {
            try $0.execute(
                sql: "UPDATE accounts SET password = ? WHERE id = ? AND password = ?",
                arguments: [new, account.data, old])
        }
    }

    /// - Parameter old: the hash that it replaces; of two at once, one does.
    func setPassword(
        _ password: String, of account: RowID, replacing old: String, field: String, from origin: Origin
    ) throws {
        try check(password: password, field: field)
        let new = try passwords.hash(password)
        try write { database in
            try database.execute(
                sql: """
                    UPDATE accounts SET password = ?, password_is_once = 0, updated_at = ? WHERE id = ? AND password = ?
                    """, arguments: [new, clock(), account.data, old])
            guard database.changesCount == 1 else {
                throw AccountError(.wrongCredentials, "the address or the password is wrong")
            }
            try audit(database, .passwordChanged, by: Doer(account, origin))
        }
    }
}
