internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import HTTPTypes
internal import PromptLibrary

/// Workspaces, and who is in them.
enum WorkspaceRoutes {
    private static let root = "/api/v1/workspaces"
    private static let one = root + "/{workspace}"

    static let all: [Route] = [
        Route(.get, root, .signedIn, "One's workspaces", query: Paging.fields) { call in
            try call.team.replicas.foundUnclaimed(for: call.caller)
            return try call.page(all: WorkspaceView.all(of: call.caller, in: call.directory))
        },
        Route(
            .post, root, .signedIn, "Make a workspace", status: .created, taking: NewWorkspaceInput.self
        ) { call, input in
            let workspace = try call.team.replicas.create(
                named: input.name, id: RowID(given: input.id, "id"), by: call.caller)
            return try WorkspaceView(of: workspace, for: call)
        },
        Route(.get, one, .allowed(.read), "A workspace, with its defaults; `me` is the one of the token", show),
        Route(.patch, one, .allowed(.manageWorkspace), "Change a workspace", taking: WorkspaceInput.self, change),
        Route(.put, one, .allowed(.manageWorkspace), "Change a workspace", taking: WorkspaceInput.self, change),
        Route(.get, one + "/members", .allowed(.read), "Who is in it", query: Paging.fields) { call in
            try call.page(all: call.directory.members(of: call.workspace, for: call.caller).map(MemberView.init))
        },
        Route(
            .patch, one + "/members/{account}", .allowed(.manageMembers(.member)), "Make a member something else",
            taking: RoleInput.self
        ) { call, input in
            let member = try member(call)
            try call.directory.setRole(
                Role(given: input.role), of: member.account.id, in: call.workspace, by: call.caller)
            return MemberView(
                try call.directory.member(named: member.account.id.hex, of: call.workspace, for: call.caller))
        },
        Route(
            .delete, one + "/members/{account}", .allowed(.read), "Remove a member, or leave"
        ) { call in
            try call.directory.removeMember(member(call).account.id, from: call.workspace, by: call.caller)
            return DoneView(detail: "they are no member any more")
        },
        Route(
            .get, one + "/invitations", .allowed(.manageMembers(.member)), "Invitations that wait", query: Paging.fields
        ) { call in
            try call.page(
                all: call.directory.invitations(to: call.workspace, for: call.caller).map { InvitationView($0) })
        },
        Route(
            .post, one + "/invitations", .allowed(.manageMembers(.member)), "Invite somebody", status: .created,
            isSecret: true, taking: InvitationInput.self
        ) { call, input in
            let (invitation, code) = try call.directory.invite(
                input.email, as: Role(given: input.role ?? "member"), to: call.workspace, by: call.caller)
            // A mailed code proves the address; so nobody but its reader is to know it.
            return InvitationView(invitation, code: invitation.wasMailed ? nil : code)
        },
        Route(
            .delete, one + "/invitations/{invitation}", .allowed(.manageMembers(.member)), "Withdraw an invitation"
        ) { call in
            try call.directory.withdrawInvitation(call.id("invitation"), to: call.workspace, by: call.caller)
            return DoneView(detail: "the invitation is withdrawn")
        },
        Route(
            .post, "/api/v1/invitations/accept", .signedIn, "Accept an invitation", taking: CodeInput.self
        ) { call, input in WorkspaceView(try call.directory.accept(invitation: input.code, by: call.caller)) },
    ]

    /// By id, address or username.
    private static func member(_ call: Call) throws -> Member {
        try call.directory.member(named: call.text("account"), of: call.workspace, for: call.caller)
    }

    private static func show(_ call: Call) throws -> WorkspaceView {
        try WorkspaceView(of: call.workspace, for: call).withDefaults(of: call)
    }

    private static func change(_ call: Call, _ input: WorkspaceInput) throws -> WorkspaceView {
        try call.requireMatch(show(call))
        if let name = input.name { try call.directory.renameWorkspace(call.workspace, to: name, by: call.caller) }
        try call.library.atomically { library in
            for (key, value) in input.preferences { try library.setPreference(key, value, isShared: true) }
            if input.saysTerms { try library.changeWorkspaceTerms { try input.apply(to: &$0) } }
        }
        return try show(call)
    }
}

extension WorkspaceView {
    init(of workspace: DirectoryWorkspace, for call: Call) throws {
        let memberships = try call.directory.memberships(of: call.caller)
        if let membership = memberships.first(where: { $0.workspace.key == workspace.key }) {
            self.init(membership)
        } else {
            self.init(workspace, "guest")
        }
    }

    /// With what is preferred for everybody in it.
    func withDefaults(of call: Call) throws -> WorkspaceView {
        var view = self
        let shared = try call.library.sharedPreferences()
        view.defaultModel = shared["new.model"]
        view.defaultTemperature = shared["new.temperature"].flatMap { Double($0) }
        view.maxTokens = shared["new.max_tokens"].flatMap { Int($0) }
        let terms = try call.library.workspaceTerms()
        view.defaultModel = terms.defaultModel ?? view.defaultModel
        view.defaultTemperature = terms.defaultTemperature ?? view.defaultTemperature
        view.maxTokens = terms.maxTokens.map { Int($0) } ?? view.maxTokens
        (view.allowedModels, view.tokenLimit) = (terms.allowedModels, terms.tokenLimit)
        (view.costLimit, view.sharesAnswers) = (terms.costLimit.map(dollars), terms.sharesAnswers)
        return view
    }
}

struct NewWorkspaceInput: Input {
    var name: String
    /// That of a library which goes on in it.
    var id: String?
    static let example = NewWorkspaceInput(name: "Stage team")
}

struct WorkspaceInput: Input {
    var name: String?
    var defaultModel: String?
    var defaultTemperature: Double?
    var maxTokens: Int?
    /// Those that may be used, and no others.
    var allowedModels: [String]?
    /// Dollars a month, by UTC.
    var costLimit: Double?
    /// A month, by UTC.
    var tokenLimit: Int?
    /// Whether answers that the server keeps travel to the nodes.
    var sharesAnswers: Bool?
    static let spellings = ["default_max_tokens": "max_tokens"]
    static let example = WorkspaceInput(name: "Stage team", defaultModel: "gpt-4o", defaultTemperature: 0.7)

    /// Whether it says anything of completions.
    var saysTerms: Bool {
        defaultModel != nil || defaultTemperature != nil || maxTokens != nil || allowedModels != nil
            || costLimit != nil || tokenLimit != nil || sharesAnswers != nil
    }

    func apply(to terms: inout WorkspaceTerms) throws {
        terms.defaultModel = defaultModel ?? terms.defaultModel
        terms.defaultTemperature = defaultTemperature ?? terms.defaultTemperature
        terms.maxTokens = maxTokens.map { Int64($0) } ?? terms.maxTokens
        terms.allowedModels = allowedModels ?? terms.allowedModels
        terms.tokenLimit = tokenLimit.map { Int64($0) } ?? terms.tokenLimit
        terms.sharesAnswers = sharesAnswers ?? terms.sharesAnswers
        if let costLimit { try terms.limitCost(to: costLimit) }
    }

    /// What new prompts are to have.
    var preferences: [(String, String)] {
        let said = [
            ("new.model", defaultModel), ("new.temperature", defaultTemperature.map { "\($0)" }),
            ("new.max_tokens", maxTokens.map { String($0) }),
        ]
        return said.compactMap { key, value in value.map { (key, $0) } }
    }
}

struct RoleInput: Input, Choosing {
    var role: String
    static let choices = ["role": ["viewer", "member", "developer", "user", "admin", "owner"]]
    static let example = RoleInput(role: "member")
}

struct InvitationInput: Input, Choosing {
    var email: String
    var role: String?
    static let choices = ["role": ["viewer", "member", "developer", "user", "admin", "owner"]]
    static let example = InvitationInput(email: "grace@example.org", role: "member")
}
