internal import Changesets
internal import DirectoryStore
internal import HTTPTypes

/// Signing in and out, and what goes before.
enum AuthRoutes {
    private static let root = "/api/v1/auth"

    static let all: [Route] = [
        Route(
            .post, root + "/register", .anonymous, "Make an account", status: .created, work: .heavy,
            taking: RegistrationInput.self
        ) { call, input in try RegistrationView(call.directory.register(input.account, from: call.origin), call) },
        Route(
            .post, root + "/login", .anonymous, "Sign in: for tokens, or a machine's API key", isSecret: true,
            work: .heavy, taking: LoginInput.self, login),
        Route(
            .post, root + "/refresh", .anonymous, "Exchange a refresh token for new tokens, once", isSecret: true,
            taking: RefreshInput.self
        ) { call, input in
            try TokensView(
                call.directory.refresh(input.refreshToken, from: call.origin),
                lifeMilliseconds: call.directory.accessLife)
        },
        Route(.post, root + "/logout", .signedIn, "Sign out", logout),
        Route(.get, root + "/session", .signedIn, "Who one is, and where") { call in
            let caller = try call.caller
            return SessionView(
                user: UserView(try call.directory.account(of: caller)),
                workspaces: try WorkspaceView.all(of: caller, in: call.directory),
                permissions: caller.permissions.words)
        },
        Route(
            .post, root + "/forgot-password", .anonymous, "Have a link for a new password mailed",
            taking: AddressInput.self
        ) { call, input in
            try call.directory.forgotPassword(email: input.email, from: call.origin)
            return try call.mailed("if the address has an account, a link was mailed there")
        },
        Route(
            .post, root + "/reset-password", .anonymous, "Set a password by the token of a mailed link", work: .heavy,
            taking: ResetInput.self
        ) { call, input in
            try call.directory.resetPassword(token: input.token, to: input.password, from: call.origin)
            return DoneView(detail: "the password is set: sign in")
        },
        Route(
            .post, root + "/verify-email", .anonymous, "Verify an address by the code mailed there",
            taking: VerificationInput.self
        ) { call, input in
            try call.directory.verify(email: input.email, code: input.code, from: call.origin)
            return DoneView(detail: "the address is verified: sign in")
        },
        Route(
            .post, root + "/resend-verification", .anonymous, "Have another code mailed", taking: AddressInput.self
        ) { call, input in
            try call.directory.resendVerification(email: input.email, from: call.origin)
            return try call.mailed("if the address waits for a code, another one was mailed there")
        },
    ]

    static func logout(_ call: Call) throws -> DoneView {
        try call.directory.signOut(call.caller)
        return DoneView(detail: "signed out")
    }

    private static func login(_ call: Call, _ input: LoginInput) throws -> SignedInView {
        guard let device = input.device else {
            let tokens = try call.directory.signIn(input.request, from: call.origin)
            return try SignedInView(TokensView(tokens, lifeMilliseconds: call.directory.accessLife))
        }
        let (account, key) = try call.directory.signInDevice(input.request, name: device, from: call.origin)
        return SignedInView(KeyView(key.key, text: key.text), UserView(account))
    }
}

extension Call {
    /// What a mail is announced with, where the server sends any.
    func mailed(_ text: String) throws -> DoneView {
        try DoneView(
            detail: directory.sendsMail ? text : "this server sends no mail yet: ask who runs it",
            sendsMail: directory.sendsMail)
    }
}

struct RegistrationInput: Input {
    var email: String
    var password: String
    var username: String?
    var name: String?
    var userType: String?
    var aboutMe: String?
    var hobbies: String?
    var invitation: String?
    static let spellings = ["full_name": "name", "fullName": "name"]
    static let example = RegistrationInput(
        email: "ada@example.org", password: "a password of my own", name: "Ada")

    var account: NewAccount {
        var new = NewAccount(email: email, password: password)
        new.username = username
        new.invitation = invitation
        new.profile.name = name ?? ""
        new.profile.userType = userType ?? ""
        new.profile.aboutMe = aboutMe ?? ""
        new.profile.hobbies = hobbies ?? ""
        return new
    }
}

struct RegistrationView: View, Choosing {
    var status: String
    var detail: String
    var sendsMail: Bool
    var user: UserView?
    static let choices = ["status": ["ready", "verification_required"]]

    init(_ outcome: RegistrationOutcome, _ call: Call) throws {
        sendsMail = try call.directory.sendsMail
        switch outcome {
        case .ready(let account):
            (status, detail, user) = ("ready", "the account is ready: sign in", UserView(account))
        case .mustVerify:
            status = "verification_required"
            detail = try call.mailed("a code was mailed; give it to verify-email").detail
        }
    }
}

struct LoginInput: Input {
    var email: String
    var password: String
    var newPassword: String?
    var workspace: String?
    /// The name of a machine, which gets an API key in place of tokens.
    var device: String?
    static let example = LoginInput(email: "ada@example.org", password: "a password of my own")

    var request: SignInRequest {
        get throws {
            SignInRequest(
                email: email, password: password, newPassword: newPassword,
                workspace: try RowID(given: workspace, "workspace"))
        }
    }
}

/// Tokens, or a machine's key.
struct SignedInView: View {
    var accessToken: String?
    var refreshToken: String?
    var tokenType: String?
    /// Seconds.
    var expiresIn: Int64?
    var expiresAt: String?
    var refreshExpiresAt: String?
    var apiKey: KeyView?
    var user: UserView

    init(_ tokens: TokensView) {
        accessToken = tokens.accessToken
        refreshToken = tokens.refreshToken
        tokenType = tokens.tokenType
        expiresIn = tokens.expiresIn
        expiresAt = tokens.expiresAt
        refreshExpiresAt = tokens.refreshExpiresAt
        user = tokens.user
    }

    init(_ key: KeyView, _ user: UserView) {
        apiKey = key
        self.user = user
    }
}

struct RefreshInput: Input {
    var refreshToken: String
    static let example = RefreshInput(refreshToken: "the one that the sign-in gave")
}

struct AddressInput: Input {
    var email: String
    static let example = AddressInput(email: "ada@example.org")
}

struct ResetInput: Input {
    var token: String
    var password: String
    static let example = ResetInput(token: "out of the mailed link", password: "another password")
}

struct VerificationInput: Input {
    var email: String
    var code: String
    static let spellings = ["otp_code": "code"]
    static let example = VerificationInput(email: "ada@example.org", code: "123456")
}

struct SessionView: View {
    var user: UserView
    var workspaces: [WorkspaceView]
    var permissions: [String]
}

extension RowID {
    /// An id that a request may hold.
    ///
    /// - Throws: `AccountError.invalid`, with the field.
    init?(given text: String?, _ field: String) throws {
        guard let text else { return nil }
        guard let id = RowID(hex: text), id.length == 16 else {
            throw AccountError(.invalid, "“\(text.prefix(40))” is no id", field: field)
        }
        self = id
    }
}
