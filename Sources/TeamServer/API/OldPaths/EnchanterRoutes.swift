internal import Changesets
internal import DirectoryStore
internal import HTTPTypes

/// PromptEnchanter's accounts: its answers have a shape of their own, and behind them is what is behind ours.
enum EnchanterRoutes {
    static let all: [Route] = (users + email).map { Route($0, $0.method, $0.path, Dialect(system: "PromptEnchanter")) }

    private static let users: [Route] = [
        Route(
            .post, "/v1/users/register", .anonymous, "Make an account; its API key is shown once", status: .created,
            isSecret: true, work: .heavy, taking: RegistrationInput.self, register),
        Route(
            .post, "/v1/users/login", .anonymous, "Sign in", isSecret: true, work: .heavy,
            taking: NamedLoginInput.self
        ) { call, input in
            EnchanterSession(
                try call.directory.signIn(
                    SignInRequest(email: address(input, call), password: input.password), from: call.origin))
        },
        Route(
            .post, "/v1/users/refresh", .anonymous, "Exchange a refresh token for new tokens, once", isSecret: true,
            taking: RefreshInput.self
        ) { call, input in
            EnchanterSession(try call.directory.refresh(input.refreshToken, from: call.origin))
        },
        Route(.post, "/v1/users/logout", .signedIn, "Sign out", AuthRoutes.logout),
        Route(.get, "/v1/users/profile", .signedIn, "One's own account") {
            UserView(try $0.directory.account(of: $0.caller))
        },
        Route(
            .put, "/v1/users/profile", .signedIn, "Change what one says of oneself", taking: ProfileInput.self,
            UserRoutes.change),
        Route(.get, "/v1/users/api-key", .signedIn, "One's API key, but for its secret") { KeyView(try key($0)) },
        Route(
            .post, "/v1/users/api-key/regenerate", .signedIn, "Another API key in its place", status: .created,
            isSecret: true
        ) { call in
            let keys = try call.directory.apiKeys(of: call.caller).filter(\.isShort)
            let made =
                try keys.last.map { try call.directory.regenerateKey($0.id, by: call.caller) }
                ?? call.directory.createShortKey(by: call.caller)
            return KeyView(made.key, text: made.text)
        },
        Route(
            .put, "/v1/users/email", .signedIn, "Change one's address", work: .heavy, taking: NewAddressInput.self,
            UserRoutes.changeEmail),
        Route(
            .put, "/v1/users/password", .signedIn, "Change one's password", work: .heavy, taking: PasswordsInput.self
        ) { call, input in
            try call.directory.changePassword(from: input.password, to: input.newPassword, by: call.caller)
            return DoneView(detail: "the password is changed; every other machine is signed out")
        },
        Route(
            .delete, "/v1/users/account", .signedIn, "Delete one's account; an archive keeps the reason",
            work: .heavy, taking: FarewellInput.self
        ) { call, input in
            try call.directory.deleteAccount(password: input.password, reason: input.reason ?? "", by: call.caller)
            // What it has said is forgotten, and what is still under way not logged.
            try call.forgetMessages()
            return DoneView(detail: "the account is deleted")
        },
    ]

    private static let email: [Route] =
        ["send-verification", "resend"].map { name in
            Route(
                .post, "/v1/email/\(name)", .anonymous, "Have a code mailed, three times a day",
                taking: AddressInput.self
            ) { call, input in
                try call.directory.resendVerification(email: input.email, from: call.origin)
                return try call.mailed("if the address waits for a code, another one was mailed there")
            }
        } + [
            Route(
                .post, "/v1/email/verify", .anonymous, "Verify an address by the code mailed there",
                taking: VerificationInput.self
            ) { call, input in
                try call.directory.verify(email: input.email, code: input.code, from: call.origin)
                return DoneView(detail: "the address is verified: sign in")
            },
            Route(.get, "/v1/email/status", .signedIn, "Whether one's address is verified") { call in
                let account = try call.directory.account(of: call.caller)
                return AddressView(email: account.email, isVerified: account.isVerified)
            },
        ]

    /// Who has to verify the address first gets a key once that is done.
    private static func register(_ call: Call, _ input: RegistrationInput) throws -> EnchanterRegistration {
        let outcome = try call.directory.register(input.account, from: call.origin)
        guard case .ready(let account) = outcome else {
            return EnchanterRegistration(
                username: input.username ?? "",
                detail: try call.mailed("a code was mailed: verify the address, sign in, and have a key made").detail)
        }
        let key = try call.directory.createShortKey(of: account, from: call.origin)
        return EnchanterRegistration(
            apiKey: key.text, userId: account.id.hex, username: account.username, detail: "the account is ready")
    }

    private static func address(_ input: NamedLoginInput, _ call: Call) throws -> String {
        if let email = input.email { return email }
        guard let name = input.username else {
            throw APIError(.invalid, "send an email, or a username", field: "email")
        }
        return try call.directory.address(ofUsername: name) ?? name
    }

    private static func key(_ call: Call) throws -> APIKey {
        guard let key = try call.directory.apiKeys(of: call.caller).last(where: \.isShort) else {
            throw APIError(.notFound, "there is no such key yet: have one made with api-key/regenerate")
        }
        return key
    }
}

struct NamedLoginInput: Input {
    var email: String?
    var username: String?
    var password: String
    static let example = NamedLoginInput(username: "johndoe", password: "SecurePass123")
}

struct EnchanterRegistration: View {
    var apiKey: String?
    var userId: String?
    var username: String
    var detail: String
}

struct EnchanterSession: View {
    var sessionToken: String
    var refreshToken: String
    var expiresAt: String
    var refreshExpiresAt: String
    var user: UserView

    init(_ tokens: SessionTokens) {
        sessionToken = tokens.accessToken
        refreshToken = tokens.refreshToken
        expiresAt = isoTime(tokens.accessExpiresAt)
        refreshExpiresAt = isoTime(tokens.refreshExpiresAt)
        user = UserView(tokens.account)
    }
}

struct AddressView: View {
    var email: String
    var isVerified: Bool
}
