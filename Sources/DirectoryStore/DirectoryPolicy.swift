/// What whoever runs the server has decided.
package struct DirectoryPolicy: Sendable {
    /// Whether anybody may make an account; else it takes an invitation.
    package var isRegistrationOpen = true
    /// Whether an account opens only once its address is known to be its owner's.
    package var requiresVerification = true
    /// Whether an account without a plan can't have anything completed; else it may as much as it likes.
    package var requiresCredits = false
    /// Whether every workspace may use the providers of the server's environment; else those only that whoever runs
    /// the server has made or belongs to.
    package var sharesProviders = false
    package var passwordCost = PasswordCost()
    package var signIn = SignInLimits()
    package var codes = CodeTerms()
    package var sessions = SessionTerms()

    package init() {}
}

/// When sign-ins are refused without a look at the password.
package struct SignInLimits: Sendable {
    /// Failures until an account, or an address of the network, is locked.
    package var failuresOfAccount = 5
    package var failuresFromAddress = 20
    /// Failures count this long, and a lock lasts as long, in milliseconds.
    package var lockMilliseconds: Int64 = 15 * 60_000

    package init() {}
}

/// Of codes and links in mails; times in milliseconds.
package struct CodeTerms: Sendable {
    package var verificationLife: Int64 = 24 * 3_600_000
    package var resetLife: Int64 = 3_600_000
    package var invitationLife: Int64 = 14 * 24 * 3_600_000
    /// Of one purpose, for one account, in 24 hours.
    package var perDay = 3
    package var tries = 5

    package init() {}
}

/// Of what a sign-in gives; times in milliseconds.
package struct SessionTerms: Sendable {
    package var accessLife: Int64 = 30 * 60_000
    package var refreshLife: Int64 = 7 * 24 * 3_600_000

    package init() {}
}
