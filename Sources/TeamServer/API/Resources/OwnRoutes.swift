internal import AccessControl
internal import HTTPTypes
internal import PromptLibrary
internal import ReplicaStore

/// What somebody keeps for themselves in a workspace.
enum OwnRoutes {
    private static let favourite = "/api/v1/users/me/favorites/{prompt}"

    static let all: [Route] = [
        Route(
            .get, "/api/v1/users/me/favorites", .allowed(.read), "One's favourites", query: PromptQuery.fields
        ) { call in
            var call = call
            call.query["favourite"] = "true"
            return try PromptQuery(call: call).answer()
        },
        Route(.post, favourite, .allowed(.use), "Make a prompt a favourite", status: .created) {
            try marked($0) { try $0.favourite($1) }
        },
        Route(.delete, favourite, .allowed(.use), "Make it none any more") {
            try marked($0) { try $0.unfavourite($1) }
        },
        Route(
            .get, "/api/v1/users/me/preferences", .allowed(.read), "All preferences there are, and what one prefers"
        ) { call in try call.page(all: call.library.preferences().items.map(PreferenceResource.init)) },
        Route(
            .put, "/api/v1/users/me/preferences/{key}", .allowed(.use), "Prefer something", taking: ValueInput.self
        ) { call, input in
            let library = try call.library
            try library.setPreference(call.text("key"), input.value)
            return try preference(call, library)
        },
        Route(.delete, "/api/v1/users/me/preferences/{key}", .allowed(.use), "Prefer nothing any more") { call in
            let library = try call.library
            try library.unsetPreference(call.text("key"))
            return try preference(call, library)
        },
        Route(
            .get, "/api/v1/users/me/usage", .allowed(.read), "How often prompts were used that one sees",
            query: [
                QueryField("by", .text, "prompt, day, model, user or kind."),
                QueryField("own", .boolean, "Only one's own use."),
                QueryField("since", .text, "A day, a moment, or how long ago: 7d."),
            ] + Paging.fields, usage),
    ]

    private static func marked(_ call: Call, _ body: (Library, String) throws -> Void) throws -> PromptResource {
        let (id, library) = (try call.hexID("prompt"), try call.library)
        try body(library, id)
        return try PromptResource(library.state(id), in: call.workspaceID)
    }

    private static func preference(_ call: Call, _ library: Library) throws -> PreferenceResource {
        let all = try library.preferences().items
        guard let view = all.first(where: { $0.key == call.text("key") }) else {
            throw APIError(.notFound, "there is no such preference", field: "key")
        }
        return PreferenceResource(view)
    }

    private static func usage(_ call: Call) throws -> Reply<ListView<UsageResource>> {
        guard let grouping = UsageGrouping(rawValue: call.query["by"] ?? "prompt") else {
            throw APIError(.invalid, "usage is counted by one of: prompt, day, model, user, kind", field: "by")
        }
        let isOwn = try call.flag("own") ?? false
        let found = try call.library.usage(by: grouping, isOwn: isOwn, since: call.query["since"]).items
        return try call.page(all: found.map(UsageResource.init))
    }
}

struct ValueInput: Input {
    var value: String
    static let example = ValueInput(value: "gpt-4o")
}

struct PreferenceResource: View {
    var key: String
    var value: String?
    /// `user` or `workspace`: who has said it.
    var source: String?
    var help: String

    init(_ view: PreferenceView) {
        key = view.key
        value = view.value
        source = view.source?.rawValue
        help = view.help
    }
}

struct UsageResource: View {
    var name: String
    var promptId: String?
    var userId: String?
    var count: Int
    var errors: Int
    var inputTokens: Int64
    var cachedTokens: Int64
    var outputTokens: Int64
    /// Dollars, of what is known.
    var cost: Double
    /// Completions and tests of which the cost is not known.
    var withoutCost: Int
    var avgLatencyMs: Int64?
    var lastAt: String

    init(_ view: UsageView) {
        name = view.name
        promptId = view.promptID
        userId = view.userID
        count = view.count
        errors = view.errors
        inputTokens = view.inputTokens
        cachedTokens = view.cachedTokens
        outputTokens = view.outputTokens
        cost = view.cost
        withoutCost = view.withoutCost
        avgLatencyMs = view.averageLatency
        lastAt = isoTime(view.lastAt)
    }
}
