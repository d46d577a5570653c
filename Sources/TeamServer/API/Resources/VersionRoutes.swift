internal import AccessControl
internal import HTTPTypes
internal import PromptLibrary

/// A prompt's history: its versions, what points at them, and how they come together.
enum VersionRoutes {
    private static let prompt = "/api/v1/prompts/{prompt}"

    static let all: [Route] = [
        Route(
            .get, prompt + "/versions", .allowed(.read), "A prompt's versions, newest first", query: Paging.fields,
            versions),
        Route(
            .post, prompt + "/versions", .allowed(.edit), "Save a new version", status: .created,
            taking: PromptInput.self
        ) { try PromptEditing(call: $0, input: $1).addVersion() },
        Route(.get, prompt + "/versions/{version}", .allowed(.read), "A version with its text") { call in
            let id = try call.hexID("prompt")
            return try VersionResource(call.library.versionState(id, call.text("version")), of: id)
        },
        Route(
            .post, prompt + "/versions/{version}/rollback", .allowed(.edit),
            "Make a new version with the text of an old one", taking: RollbackInput.self
        ) { call, input in
            try PromptRoutes.changed(call) {
                _ = try $0.rollback($1, to: call.text("version"), message: input.message ?? "")
            }
        },
        Route(
            .get, prompt + "/diff", .allowed(.read), "The differences of two versions",
            query: [
                QueryField("from", .text, "The older one; where not said, the one that the other was made from."),
                QueryField("to", .text, "The newer one; the head where not said."),
            ]
        ) { call in
            DiffView(diff: try call.library.diff(call.hexID("prompt"), call.query["from"], call.query["to"]))
        },
        Route(
            .get, prompt + "/branches", .allowed(.read), "Branches and divergences", query: Paging.fields
        ) { call in
            try call.page(all: call.library.branches(call.hexID("prompt")).items.map(BranchResource.init))
        },
        Route(
            .delete, prompt + "/branches/{version}", .allowed(.edit), "Take a divergence out of sight, without a merge"
        ) { call in
            try PromptRoutes.changed(call) { _ = try $0.close($1, call.text("version")) }
        },
        Route(
            .post, prompt + "/merge", .allowed(.edit), "Join a divergence with the head", taking: MergeInput.self
        ) { call, input in
            try PromptRoutes.changed(call) { library, id in
                let plan = try library.planMerge(id, from: input.from)
                _ = try library.merge(plan, input.settled(plan), message: input.message ?? "")
            }
        },
        Route(.get, prompt + "/history", .allowed(.read), "All versions, branches and labels at once", history),
    ]

    private static func versions(_ call: Call) throws -> Reply<ListView<VersionResource>> {
        let (id, stretch) = (try call.hexID("prompt"), try Paging.stretch(call))
        let found = try call.library.versionStates(id, stretch)
        return call.page(try found.map { try VersionResource($0, of: id) }, stretch)
    }

    private static func history(_ call: Call) throws -> HistoryResource {
        let (id, library) = (try call.hexID("prompt"), try call.library)
        return HistoryResource(
            versions: try library.history(id).items.map(NodeResource.init),
            branches: try library.branches(id).items.map(BranchResource.init),
            labels: try library.labels(id).map(PointerResource.init))
    }
}

struct RollbackInput: Input {
    var message: String?
    static let example = RollbackInput(message: "the old one worked better")
}

struct MergeInput: Input, Choosing {
    /// The divergence; the only one where nil.
    var from: String?
    var resolution: String?
    /// What the text is to be, in place of a resolution.
    var body: String?
    var message: String?
    static let choices = ["resolution": ["clean", "ours", "theirs"]]
    static let example = MergeInput(resolution: "clean", message: "both")

    func settled(_ plan: MergePlan) throws -> MergeResolution {
        if let body { return .text(body) }
        switch resolution ?? "clean" {
        case "clean": return .clean
        case "ours": return .ours
        case "theirs": return .theirs
        default:
            throw APIError(.invalid, "a resolution is one of: clean, ours, theirs; or send a body", field: "resolution")
        }
    }
}

struct DiffView: View {
    /// As `diff -u` prints it.
    var diff: String
}

struct BranchResource: View, Choosing {
    var name: String
    var kind: String
    var versionId: String
    var node: String?
    var author: String?
    var createdAt: String
    static let choices = ["kind": ["branch", "divergence"]]

    init(_ view: BranchView) {
        name = view.name
        kind = view.kind.rawValue
        versionId = view.head
        node = view.node
        author = view.author
        createdAt = isoTime(view.createdAt)
    }
}

/// A version as a node of the graph.
struct NodeResource: View {
    var id: String
    var name: String
    var number: Int
    var parents: [String]
    var kind: String
    var message: String
    var author: String?
    var node: String?
    var labels: [String]
    var isHead: Bool
    var isTip: Bool
    var createdAt: String

    init(_ view: VersionView) {
        id = view.id
        name = view.name
        number = view.number
        parents = view.parents
        kind = view.kind
        message = view.message
        author = view.author
        node = view.node
        labels = view.labels
        isHead = view.isHead
        isTip = view.isTip
        createdAt = isoTime(view.createdAt)
    }
}

struct HistoryResource: View {
    var versions: [NodeResource]
    var branches: [BranchResource]
    var labels: [PointerResource]
}

struct PointerResource: View {
    var label: String
    var version: String
    var versionId: String

    init(_ view: PointerView) {
        label = view.label
        version = view.version
        versionId = view.versionID
    }
}
