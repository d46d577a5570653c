internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials

/// A time as JSON has it.
func isoTime(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}

struct UserView: View {
    var id: String
    var email: String
    var username: String
    var name: String
    /// The same, as PromptForge calls it.
    var fullName: String
    /// In the workspace, where it is asked for by way of one.
    var role: String?
    var avatarUrl: String
    var userType: String
    var aboutMe: String
    var hobbies: String
    var isActive: Bool
    var isVerified: Bool
    var isOperator: Bool
    var createdAt: String
    var updatedAt: String

    init(_ account: Account) {
        id = account.id.hex
        email = account.email
        username = account.username
        name = account.profile.name
        fullName = account.profile.name
        avatarUrl = account.profile.avatarURL
        userType = account.profile.userType
        aboutMe = account.profile.aboutMe
        hobbies = account.profile.hobbies
        isActive = account.isActive
        isVerified = account.isVerified
        isOperator = account.isOperator
        createdAt = isoTime(account.createdAt)
        updatedAt = isoTime(account.updatedAt)
    }

    init(_ member: Member) {
        self.init(member.account)
        role = member.role.rawValue
    }
}

struct TokensView: View {
    var accessToken: String
    var refreshToken: String
    var tokenType = "bearer"
    /// Seconds.
    var expiresIn: Int64
    var expiresAt: String
    var refreshExpiresAt: String
    var user: UserView

    init(_ tokens: SessionTokens, lifeMilliseconds: Int64) {
        accessToken = tokens.accessToken
        refreshToken = tokens.refreshToken
        expiresIn = lifeMilliseconds / 1000
        expiresAt = isoTime(tokens.accessExpiresAt)
        refreshExpiresAt = isoTime(tokens.refreshExpiresAt)
        user = UserView(tokens.account)
    }
}

struct KeyView: View {
    var id: String
    var name: String
    var prefix: String
    var permissions: [String]
    var workspace: String?
    var isDevice: Bool
    var createdAt: String
    var expiresAt: String?
    var lastUsedAt: String?
    /// The key itself, shown once: in the answer to its making.
    var key: String?

    init(_ key: APIKey, text: String? = nil) {
        id = key.id.hex
        name = key.name
        prefix = key.prefix
        permissions = key.permissions.words
        workspace = key.workspace?.hex
        isDevice = key.isDevice
        createdAt = isoTime(key.createdAt)
        expiresAt = key.expiresAt.map(isoTime)
        lastUsedAt = key.usedAt.map(isoTime)
        self.key = text
    }
}

struct WorkspaceView: View {
    /// Nil until a node claims it.
    var id: String?
    var name: String
    /// The name as it stands in an address.
    var slug: String
    /// `guest` where they see no more than what is shared with them.
    var role: String
    /// What new prompts have, where it is asked for.
    var defaultModel: String?
    var defaultTemperature: Double?
    var maxTokens: Int?
    var allowedModels: [String]?
    /// Dollars a month, by UTC; nil for as much as it likes.
    var costLimit: Double?
    /// A month, by UTC.
    var tokenLimit: Int64?
    var sharesAnswers: Bool?

    init(_ membership: Membership) { self.init(membership.workspace, membership.role.rawValue) }

    init(_ workspace: DirectoryWorkspace, _ role: String) {
        id = workspace.id?.hex
        name = workspace.name
        slug = Slug.of(workspace.name)
        self.role = role
    }

    /// All that a caller may connect to.
    static func all(of caller: Caller, in directory: DirectoryStore) throws -> [WorkspaceView] {
        try directory.memberships(of: caller).map { WorkspaceView($0) }
            + directory.visitedWorkspaces(of: caller).map { WorkspaceView($0, "guest") }
    }
}

struct MemberView: View {
    var id: String
    var kind: String
    var email: String
    var username: String
    var name: String
    var role: String
    var addedAt: String

    init(_ member: Member) {
        id = member.account.id.hex
        kind = member.account.kind.rawValue
        email = member.account.email
        username = member.account.username
        name = member.account.profile.name
        role = member.role.rawValue
        addedAt = isoTime(member.addedAt)
    }
}

struct InvitationView: View {
    var id: String
    var email: String
    var role: String
    var expiresAt: String
    var wasMailed: Bool
    /// Shown once, to whoever invites, where the server sends no mail.
    var code: String?

    init(_ invitation: Invitation, code: String? = nil) {
        id = invitation.id.hex
        email = invitation.email
        role = invitation.role.rawValue
        expiresAt = isoTime(invitation.expiresAt)
        wasMailed = invitation.wasMailed
        self.code = code
    }
}

/// That something was done, in words.
struct DoneView: View {
    var detail: String
    /// Whether the server sends mail at all.
    var sendsMail: Bool?
}
