/// What went wrong with an account or with access, in words that say what to do. Only the code counts for
/// equality.
package struct AccountError: Error, Equatable, CustomStringConvertible {
    /// Stable: part of what the HTTP interface answers.
    package enum Code: String, Sendable, CaseIterable {
        case invalid
        case wrongCredentials = "wrong-credentials"
        case tooManyTries = "too-many-tries"
        case rateLimited = "rate-limited"
        case unverified
        case passwordChangeRequired = "password-change-required"
        case registrationClosed = "registration-closed"
        case emailTaken = "email-taken"
        case usernameTaken = "username-taken"
        case wrongCode = "wrong-code"
        case unauthorized
        case denied
        case notFound = "not-found"
        case ambiguous
        case conflict
        case busy
        case creditsExhausted = "credits-exhausted"
        case limitReached = "limit-reached"
    }

    package var code: Code
    package var message: String
    /// The field of the request that is wrong.
    package var field: String?
    /// When to try again, in seconds.
    package var retryAfter: Int64?

    package init(_ code: Code, _ message: String, field: String? = nil, retryAfter: Int64? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    package static func == (a: Self, b: Self) -> Bool { a.code == b.code }

    package var description: String { message }
}
