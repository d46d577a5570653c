internal import Changesets
internal import DirectoryStore
internal import Hummingbird

/// Signing in and out, and what goes before.
struct AuthController: Sendable {
    let api: API
    private var directory: DirectoryStore { api.directory }

    func addRoutes(to group: RouterGroup<ServerContext>) {
        group.post("register", use: register)
        group.post("login", use: login)
        group.post("refresh", use: refresh)
        group.post("logout", use: logout)
        group.get("session", use: session)
        group.post("forgot-password", use: forgotPassword)
        group.post("reset-password", use: resetPassword)
        group.post("verify-email", use: verifyEmail)
        group.post("resend-verification", use: resendVerification)
    }

    private struct Registration: Decodable {
        var email: String
        var password: String
        var username: String?
        var name: String?
        var userType: String?
        var aboutMe: String?
        var hobbies: String?
        var invitation: String?

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

    private struct Registered: Codable {
        var status: String
        var detail: String
        var sendsMail: Bool
        var user: UserView?
    }

    private func register(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.open(request, context, .heavy, status: .created) { (question: Registration, origin) in
            switch try directory.register(question.account, from: origin) {
            case .ready(let account):
                Registered(
                    status: "ready", detail: "the account is ready: sign in", sendsMail: directory.sendsMail,
                    user: UserView(account))
            case .mustVerify:
                Registered(
                    status: "verification_required", detail: mailed("a code was mailed; give it to verify-email"),
                    sendsMail: directory.sendsMail)
            }
        }
    }

    private func mailed(_ text: String) -> String {
        directory.sendsMail ? text : "this server sends no mail yet: ask who runs it"
    }

    private struct Login: Decodable {
        var email: String
        var password: String
        var newPassword: String?
        var workspace: String?
        /// The name of a machine, which gets an API key in place of tokens.
        var device: String?

        var request: SignInRequest {
            get throws {
                SignInRequest(
                    email: email, password: password, newPassword: newPassword,
                    workspace: try API.id(workspace, "workspace"))
            }
        }
    }

    private struct DeviceView: Codable {
        var apiKey: KeyView
        var user: UserView
    }

    /// One or the other.
    private enum SignedIn: Encodable {
        case session(TokensView)
        case device(DeviceView)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .session(let view): try view.encode(to: encoder)
            case .device(let view): try view.encode(to: encoder)
            }
        }
    }

    private func login(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.open(request, context, .heavy) { (question: Login, origin) -> SignedIn in
            guard let device = question.device else {
                return .session(view(try directory.signIn(question.request, from: origin)))
            }
            let (account, key) = try directory.signInDevice(question.request, name: device, from: origin)
            return .device(DeviceView(apiKey: KeyView(key.key, text: key.text), user: UserView(account)))
        }
    }

    private func view(_ tokens: SessionTokens) -> TokensView {
        TokensView(tokens, lifeMilliseconds: directory.accessLife)
    }

    private struct RefreshToken: Decodable { var refreshToken: String }

    private func refresh(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.open(request, context) { (question: RefreshToken, origin) in
            view(try directory.refresh(question.refreshToken, from: origin))
        }
    }

    private func logout(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, _) in
            try directory.signOut(caller)
            return DoneView(detail: "signed out")
        }
    }

    private struct SessionView: Codable {
        var user: UserView
        var workspaces: [WorkspaceView]
        var permissions: [String]
    }

    private func session(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, _) in
            SessionView(
                user: UserView(try directory.account(of: caller)),
                workspaces: try WorkspaceView.all(of: caller, in: directory),
                permissions: caller.permissions.words)
        }
    }

    private struct Address: Decodable { var email: String }

    private func forgotPassword(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.open(request, context) { (question: Address, origin) in
            try directory.forgotPassword(email: question.email, from: origin)
            return DoneView(
                detail: mailed("if the address has an account, a link was mailed there"),
                sendsMail: directory.sendsMail)
        }
    }

    private struct NewPassword: Decodable {
        var token: String
        var password: String
    }

    private func resetPassword(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.open(request, context, .heavy) { (question: NewPassword, origin) in
            try directory.resetPassword(token: question.token, to: question.password, from: origin)
            return DoneView(detail: "the password is set: sign in")
        }
    }

    private struct Verification: Decodable {
        var email: String
        var code: String
    }

    private func verifyEmail(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.open(request, context) { (question: Verification, origin) in
            try directory.verify(email: question.email, code: question.code, from: origin)
            return DoneView(detail: "the address is verified: sign in")
        }
    }

    private func resendVerification(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.open(request, context) { (question: Address, origin) in
            try directory.resendVerification(email: question.email, from: origin)
            return DoneView(
                detail: mailed("if the address waits for a code, another one was mailed there"),
                sendsMail: directory.sendsMail)
        }
    }
}
