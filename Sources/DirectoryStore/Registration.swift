internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// Who wants an account.
package struct NewAccount: Sendable {
    package var email: String
    package var password: String
    /// Nil for none.
    package var username: String?
    package var profile = Profile()
    /// The code of an invitation; it lets in where registration is closed.
    package var invitation: String?

    package init(email: String, password: String) {
        self.email = email
        self.password = password
    }
}

/// What came of it.
package enum RegistrationOutcome: Sendable {
    case ready(Account)
    /// The account opens once the mailed code is given. The answer for an address that has an account
    /// already is the same one: nobody learns from it who has.
    case mustVerify
}

extension DirectoryStore {
    package static let passwordLength = 8...1024
    package static let usernameLength = 3...50

    /// Makes an account. Of many at once for one address, one is made.
    ///
    /// - Throws: `AccountError` `.registrationClosed`, `.invalid`, `.usernameTaken`, and, only where the server
    ///   does not verify addresses, `.emailTaken`.
    package func register(_ new: NewAccount, from origin: Origin) throws -> RegistrationOutcome {
        let email = try EmailAddress(new.email)
        try check(password: new.password)
        try new.profile.check()
        let username = try new.username.map { try checked(username: $0) }
        let invitation = try new.invitation.map { try openInvitation($0, for: email) }
        guard policy.isRegistrationOpen || invitation != nil else {
            throw AccountError(
                .registrationClosed, "this server takes new accounts by invitation only; ask a member for one")
        }
        // Hashed in any case, so that it takes as long for an address that has an account.
        let password = try passwords.hash(new.password)
        let isProven = invitation?.wasMailed == true
        let (outcome, mail) = try write { database in
            try register(database, new, email, username, password, isProven: isProven, origin)
        }
        if let mail { post(mail) }
        if invitation != nil, case .ready(let account) = outcome, let code = new.invitation {
            try accept(invitation: code, by: account.id, from: origin)
        }
        return outcome
    }

    private func register(
        _ database: Database, _ new: NewAccount, _ email: EmailAddress, _ username: String?, _ password: String,
        isProven: Bool, _ origin: Origin
    ) throws -> (RegistrationOutcome, Mail?) {
        let mustVerify = policy.requiresVerification && !isProven
        if let username { try refuseTaken(database, username) }
        if try database.accountRow(emailKey: email.key) != nil {
            guard mustVerify else { throw AccountError(.emailTaken, "\(email.text) has an account", field: "email") }
            return (.mustVerify, alreadyRegisteredMail(to: email.text))
        }
        let account = try insertPerson(
            database, email, username, new.profile, password: password, isVerified: !mustVerify)
        try audit(database, .registered, by: Doer(account, origin), on: email.text)
        guard mustVerify else { return (.ready(try requireAccount(database, account)), nil) }
        let code = Self.sixDigits()
        try makeCode(
            database, .verify, for: account, target: email.text, code, life: policy.codes.verificationLife)
        return (.mustVerify, verificationMail(to: email.text, code: code))
    }

    func insertPerson(
        _ database: Database, _ email: EmailAddress, _ username: String?, _ profile: Profile, password: String?,
        isVerified: Bool
    ) throws -> RowID {
        let (id, now) = (RowID.uuid7(at: clock()), clock())
        try database.execute(
            sql: """
                INSERT INTO accounts (id, kind, email, email_key, username, username_key, name, avatar_url, user_type,
                    about_me, hobbies, password, is_verified, created_at, updated_at)
                VALUES (?, 'person', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.data, email.text, email.key, username, username?.lowercased(), profile.name, profile.avatarURL,
                profile.userType, profile.aboutMe, profile.hobbies, password, isVerified, now, now,
            ])
        return id
    }

    func requireAccount(_ database: Database, _ id: RowID) throws -> Account {
        guard let account = try database.account(id), account.isActive else {
            throw AccountError(.notFound, "there is no such account")
        }
        return account
    }

    /// Length is the only rule.
    func check(password: String, field: String = "password") throws {
        guard Self.passwordLength.contains(password.utf8.count) else {
            throw AccountError(
                .invalid, "a password has \(Self.passwordLength.lowerBound) to \(Self.passwordLength.upperBound) bytes",
                field: field)
        }
    }

    func checked(username: String) throws -> String {
        let isPlain = username.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0)
        }
        guard Self.usernameLength.contains(username.count), isPlain else {
            throw AccountError(
                .invalid, "a username has 3 to 50 letters, digits, dots, dashes or underscores", field: "username")
        }
        return username
    }

    func refuseTaken(_ database: Database, _ username: String, by account: RowID? = nil) throws {
        let holder = try Data.fetchOne(
            database, sql: "SELECT id FROM accounts WHERE username_key = ?", arguments: [username.lowercased()])
        guard holder == nil || holder == account?.data else {
            throw AccountError(.usernameTaken, "the username “\(username)” is taken", field: "username")
        }
    }

    /// Opens the account of an address by the code that was mailed there.
    ///
    /// - Throws: `AccountError.wrongCode`, the same for an address without an account; each code has 5 tries.
    package func verify(email: String, code: String, from origin: Origin) throws {
        let isRight = try write { database in
            guard let row = try database.accountRow(emailKey: EmailAddress.key(email)) else { return false }
            let account = try row.id("id")
            guard try useCode(database, .verify, of: account, code) != nil else { return false }
            try database.execute(
                sql: "UPDATE accounts SET is_verified = 1, updated_at = ? WHERE id = ?",
                arguments: [clock(), account.data])
            try audit(database, .verified, by: Doer(account, origin), on: email)
            return true
        }
        guard isRight else { throw wrongCode }
    }

    var wrongCode: AccountError {
        AccountError(.wrongCode, "the code is wrong or over; ask for another one", field: "code")
    }

    /// Mails another code, where there is an account that waits for one. Says nothing of whether there is.
    package func resendVerification(email: String, from origin: Origin) throws {
        let mail = try write { database -> Mail? in
            guard let row = try database.accountRow(emailKey: EmailAddress.key(email)) else { return nil }
            let account = try Account(row)
            guard !account.isVerified, account.isActive else { return nil }
            let code = Self.sixDigits()
            do {
                try makeCode(
                    database, .verify, for: account.id, target: account.email, code,
                    life: policy.codes.verificationLife)
            } catch let error as AccountError where error.code == .tooManyTries {
                return nil
            }
            return verificationMail(to: account.email, code: code)
        }
        if let mail { post(mail) }
    }
}
