internal import AccessControl
internal import Changesets
internal import FoundationEssentials
internal import Synchronization

/// From where queries take the rows that stand by themselves: the tables, or what somebody may see of them.
/// All else is read by way of these.
///
/// The same rules as those of `Homes` and `ReadView`, as SQL; `SeenRowsTests` holds them together.
struct SeenRows {
    let prompts: String
    let deletedPrompts: String
    let groups: String
    let projects: String
    /// Of which the names are known.
    let users: String
    let nodes: String
    /// The users that whoever reads is, as a list; what is private to others is not there.
    private let own: String
    private let managesWorkspace: Bool

    /// Of a column that names whose a row is.
    func isOwn(_ column: String) -> String { isEverything ? "true" : "\(column) IN \(own)" }

    /// Of rows that are read by whoever reads the prompt that they name, and are their user's where there is none.
    var isNoteSeen: String {
        if isEverything { return "true" }
        return
            "(prompt_id IN (SELECT id FROM \(prompts)) OR \(isOwn("user_id")) AND prompt_id NOT IN (SELECT id FROM prompts))"
    }

    /// Who manages the workspace knows what all in it used, whatever they did it with.
    var isUsageSeen: String { managesWorkspace ? "true" : isNoteSeen }

    /// Of what went against a policy: that of their own, or all for who manages the workspace.
    var isViolationSeen: String { managesWorkspace ? "true" : isOwn("user_id") }

    /// Whether nothing is kept from whoever reads.
    var isEverything: Bool { prompts == Self.all.prompts }

    static let all = SeenRows(
        prompts: "prompts", deletedPrompts: "deleted_prompts", groups: "groups", projects: "projects", users: "users",
        nodes: "nodes", own: "", managesWorkspace: true)

    private init(
        prompts: String, deletedPrompts: String, groups: String, projects: String, users: String, nodes: String,
        own: String, managesWorkspace: Bool
    ) {
        self.own = own
        self.managesWorkspace = managesWorkspace
        self.prompts = prompts
        self.deletedPrompts = deletedPrompts
        self.groups = groups
        self.projects = projects
        self.users = users
        self.nodes = nodes
    }

    init(_ view: ReadView, managesWorkspace: Bool = false) {
        guard !view.seesEverything else {
            self = .all
            return
        }
        let people = view.isMember ? "true" : "id IN \(Self.list(view.isNothing ? [] : view.users))"
        let devices = view.isMember ? "true" : "user_id IN \(Self.list(view.isNothing ? [] : view.users))"
        self.init(
            prompts: "(SELECT * FROM prompts WHERE \(Self.prompts(view)))",
            deletedPrompts: "(SELECT * FROM deleted_prompts WHERE \(Self.prompts(view)))",
            groups: "(SELECT * FROM groups WHERE \(Self.groups(view)))",
            projects: "(SELECT * FROM projects WHERE \(Self.projects(view)))",
            users: "(SELECT * FROM users WHERE \(people))", nodes: "(SELECT * FROM nodes WHERE \(devices))",
            own: Self.list(view.isNothing ? [] : view.users), managesWorkspace: managesWorkspace)
    }

    private static func prompts(_ view: ReadView) -> String {
        let open =
            view.isMember
            ? "visibility = 'workspace' AND (project_id IS NULL OR project_id NOT IN \(list(view.hiddenProjects)))"
            : "false"
        let shared =
            view.groups.isEmpty
            ? "false"
            : "id IN (SELECT prompt_id FROM group_entries WHERE group_id IN \(list(view.groups)) AND group_id IN (SELECT id FROM groups))"
        return "(\(open) OR \(own(view)) OR \(shared))"
    }

    private static func groups(_ view: ReadView) -> String {
        let open = view.isMember ? "visibility = 'workspace'" : "false"
        return "(\(open) OR \(own(view)) OR id IN \(list(view.groups)))"
    }

    private static func projects(_ view: ReadView) -> String {
        view.isMember ? "id NOT IN \(list(view.hiddenProjects))" : "false"
    }

    private static func own(_ view: ReadView) -> String {
        view.isNothing ? "false" : "visibility <> 'workspace' AND created_by IN \(list(view.users))"
    }

    /// Ids hold nothing but hexadecimal digits.
    private static func list(_ ids: Set<RowID>) -> String {
        "(\(ids.sorted().map { "x'\($0.hex)'" }.joined(separator: ", ")))"
    }
}

/// What was put together for those who asked lately: on a server each request asks, and it is the same as the last
/// time unless somebody's rights have changed.
final class SeenRowsMemory: Sendable {
    private struct Key: Hashable {
        var view: ReadView
        var managesWorkspace: Bool
    }

    private static let most = 64
    /// What names more than these takes more memory than it is worth.
    private static let idsMost = 1000
    private let known = Mutex<[Key: SeenRows]>([:])

    func rows(of view: ReadView, managesWorkspace: Bool) -> SeenRows {
        guard view.groups.count + view.hiddenProjects.count <= Self.idsMost else {
            return SeenRows(view, managesWorkspace: managesWorkspace)
        }
        let key = Key(view: view, managesWorkspace: managesWorkspace)
        if let rows = known.withLock({ $0[key] }) { return rows }
        let rows = SeenRows(view, managesWorkspace: managesWorkspace)
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[key] = rows
        }
        return rows
    }
}
