internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import Hummingbird

/// One's own account and its keys.
struct UsersController: Sendable {
    let api: API
    private var directory: DirectoryStore { api.directory }

    func addRoutes(to group: RouterGroup<ServerContext>) {
        group.get("me", use: me)
        group.patch("me", use: change)
        group.delete("me", use: delete)
        group.put("me/password", use: changePassword)
        group.put("me/email", use: changeEmail)
        group.post("me/email/confirm", use: confirmEmail)
        group.get("me/api-keys", use: keys)
        group.post("me/api-keys", use: createKey)
        group.delete("me/api-keys/:key", use: revokeKey)
        group.post("me/api-keys/:key/regenerate", use: regenerateKey)
    }

    private func me(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, _) in
            UserView(try directory.account(of: caller))
        }
    }

    private struct Change: Decodable {
        var username: String?
        var name: String?
        var avatarUrl: String?
        var userType: String?
        var aboutMe: String?
        var hobbies: String?

        func applied(to profile: Profile) -> Profile {
            var profile = profile
            profile.name = name ?? profile.name
            profile.avatarURL = avatarUrl ?? profile.avatarURL
            profile.userType = userType ?? profile.userType
            profile.aboutMe = aboutMe ?? profile.aboutMe
            profile.hobbies = hobbies ?? profile.hobbies
            return profile
        }
    }

    private func change(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: Change, caller, _) in
            let profile = question.applied(to: try directory.account(of: caller).profile)
            return UserView(try directory.setProfile(profile, username: question.username, by: caller))
        }
    }

    private struct Farewell: Decodable {
        var password: String
        var reason: String?
    }

    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context, .heavy) { (question: Farewell, caller, _) in
            try directory.deleteAccount(password: question.password, reason: question.reason ?? "", by: caller)
            return DoneView(detail: "the account is deleted")
        }
    }

    private struct Passwords: Decodable {
        var password: String
        var newPassword: String
    }

    private func changePassword(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context, .heavy) { (question: Passwords, caller, _) in
            try directory.changePassword(from: question.password, to: question.newPassword, by: caller)
            return DoneView(detail: "the password is changed; every other machine is signed out")
        }
    }

    private struct NewAddress: Decodable {
        var email: String
        var password: String
    }

    private func changeEmail(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context, .heavy) { (question: NewAddress, caller, _) in
            let mustConfirm = try directory.changeEmail(to: question.email, password: question.password, by: caller)
            guard mustConfirm else { return DoneView(detail: "the address is changed") }
            return DoneView(
                detail: directory.sendsMail
                    ? "a code was mailed to the new address; give it to me/email/confirm"
                    : "this server sends no mail yet: ask who runs it", sendsMail: directory.sendsMail)
        }
    }

    private struct Code: Decodable { var code: String }

    private func confirmEmail(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (question: Code, caller, _) in
            try directory.confirmEmail(code: question.code, by: caller)
            return UserView(try directory.account(of: caller))
        }
    }

    private func keys(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, _) in
            ListView(try directory.apiKeys(of: caller).map { KeyView($0) })
        }
    }

    private struct NewKey: Decodable {
        var name: String
        var permissions: [String]?
        var workspace: String?
        var expiresAt: String?

        var request: APIKeyRequest {
            get throws {
                var request = APIKeyRequest(name: name)
                request.workspace = try API.id(workspace, "workspace")
                if let permissions { request.permissions = try Permissions(names: permissions) }
                request.expiresAt = try expiresAt.map(milliseconds)
                return request
            }
        }

        private func milliseconds(_ text: String) throws -> Int64 {
            let styles = [true, false].map { Date.ISO8601FormatStyle(includingFractionalSeconds: $0) }
            guard let date = styles.lazy.compactMap({ try? $0.parse(text) }).first else {
                throw AccountError(.invalid, "“\(text.prefix(40))” is no time in ISO 8601", field: "expires_at")
            }
            return Int64(date.timeIntervalSince1970 * 1000)
        }
    }

    private func createKey(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context, status: .created) { (question: NewKey, caller, _) in
            let made = try directory.createKey(question.request, by: caller)
            return KeyView(made.key, text: made.text)
        }
    }

    private func revokeKey(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            try directory.revokeKey(particulars.id("key"), by: caller)
            return DoneView(detail: "the key is revoked")
        }
    }

    private func regenerateKey(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context, status: .created) { (_: API.Nothing, caller, particulars) in
            let made = try directory.regenerateKey(particulars.id("key"), by: caller)
            return KeyView(made.key, text: made.text)
        }
    }
}

extension Permissions {
    /// - Throws: `AccountError.invalid` for a name that is none.
    fileprivate init(names: [String]) throws {
        self.init(words: names.joined(separator: " "))
        guard !names.isEmpty, Set(words) == Set(names) else {
            throw AccountError(.invalid, "permissions are some of: read, write, admin", field: "permissions")
        }
    }
}
