internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes

/// One's own account and its keys, and the others in the workspace.
enum UserRoutes {
    private static let me = "/api/v1/users/me"

    static let all: [Route] = [
        Route(.get, me, .signedIn, "One's own account") { UserView(try $0.directory.account(of: $0.caller)) },
        Route(.patch, me, .signedIn, "Change what one says of oneself", taking: ProfileInput.self, change),
        Route(.put, me, .signedIn, "Change what one says of oneself", taking: ProfileInput.self, change),
        Route(
            .delete, me, .signedIn, "Delete one's account; an archive keeps the reason", work: .heavy,
            taking: FarewellInput.self
        ) { call, input in
            try call.directory.deleteAccount(password: input.password, reason: input.reason ?? "", by: call.caller)
            // What it has said is forgotten, and what is still under way not logged.
            try call.forgetMessages()
            return DoneView(detail: "the account is deleted")
        },
        Route(
            .put, me + "/password", .signedIn, "Change one's password", work: .heavy, taking: PasswordsInput.self
        ) { call, input in
            try call.directory.changePassword(from: input.password, to: input.newPassword, by: call.caller)
            return DoneView(detail: "the password is changed; every other machine is signed out")
        },
        Route(
            .put, me + "/email", .signedIn, "Change one's address", work: .heavy, taking: NewAddressInput.self,
            changeEmail),
        Route(
            .post, me + "/email/confirm", .signedIn, "Confirm a new address by the code mailed there",
            taking: CodeInput.self
        ) { call, input in
            try call.directory.confirmEmail(code: input.code, by: call.caller)
            return UserView(try call.directory.account(of: call.caller))
        },
        Route(
            .get, "/api/v1/users", .allowed(.read), "Everybody in the workspace", query: Paging.fields
        ) { call in
            let members = try call.directory.members(of: call.workspace, for: call.caller)
            return try call.page(all: members.map { UserView($0) })
        },
        Route(
            .post, "/api/v1/users", .allowed(.manageMembers(.member)), "Make somebody an account and a member",
            status: .created, work: .heavy, taking: NewUserInput.self, create),
        Route(.get, "/api/v1/users/{user}", .allowed(.read), "Somebody in the workspace") { call in
            UserView(try call.directory.member(named: call.text("user"), of: call.workspace, for: call.caller))
        },
    ]

    static func change(_ call: Call, _ input: ProfileInput) throws -> UserView {
        let before = try call.directory.account(of: call.caller)
        try call.requireMatch(UserView(before))
        return UserView(
            try call.directory.setProfile(
                input.applied(to: before.profile), username: input.username, by: call.caller))
    }

    static func changeEmail(_ call: Call, _ input: NewAddressInput) throws -> DoneView {
        let mustConfirm = try call.directory.changeEmail(to: input.email, password: input.password, by: call.caller)
        guard mustConfirm else { return DoneView(detail: "the address is changed") }
        return try call.mailed("a code was mailed to the new address; give it to me/email/confirm")
    }

    /// Whoever makes an account for somebody does not prove that the address is theirs: they verify it, and come
    /// in by the invitation, where the server sends mail.
    private static func create(_ call: Call, _ input: NewUserInput) throws -> RegistrationView {
        let role = try Role(given: input.role ?? "member")
        let (invitation, code) = try call.directory.invite(
            input.email, as: role, to: call.workspace, by: call.caller)
        var new = NewAccount(email: input.email, password: input.password)
        new.profile.name = input.name ?? ""
        new.username = input.username
        new.invitation = invitation.wasMailed ? nil : code
        return try RegistrationView(call.directory.register(new, from: call.origin), call)
    }
}

struct ProfileInput: Input {
    var username: String?
    var name: String?
    var avatarUrl: String?
    var userType: String?
    var aboutMe: String?
    var hobbies: String?
    static let spellings = ["full_name": "name", "fullName": "name"]
    static let example = ProfileInput(name: "Ada", aboutMe: "I write prompts.")

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

struct FarewellInput: Input {
    var password: String
    var reason: String?
    static let example = FarewellInput(password: "a password of my own", reason: "I leave the company")
}

struct PasswordsInput: Input {
    var password: String
    var newPassword: String
    static let spellings = ["current_password": "password", "old_password": "password"]
    static let example = PasswordsInput(password: "a password of my own", newPassword: "another password")
}

struct NewAddressInput: Input {
    var email: String
    var password: String
    static let spellings = ["new_email": "email"]
    static let example = NewAddressInput(email: "ada@example.net", password: "a password of my own")
}

struct CodeInput: Input {
    var code: String
    static let spellings = ["otp_code": "code"]
    static let example = CodeInput(code: "123456")
}

struct NewUserInput: Input, Choosing {
    var email: String
    var password: String
    var name: String?
    var username: String?
    var role: String?
    var organizationId: String?
    static let spellings = ["full_name": "name", "fullName": "name"]
    static let choices = ["role": ["viewer", "member", "developer", "user", "admin", "owner"]]
    static let example = NewUserInput(
        email: "grace@example.org", password: "a first password", name: "Grace", role: "developer")
}

extension Role {
    /// - Throws: `AccountError.invalid`.
    init(given name: String) throws {
        guard let role = Role(named: name) else {
            throw AccountError(.invalid, "a role is one of: viewer, member, admin, owner", field: "role")
        }
        self = role
    }
}
