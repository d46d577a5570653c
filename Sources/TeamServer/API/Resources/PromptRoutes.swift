internal import AccessControl
internal import Changesets
internal import HTTPTypes
internal import PromptLibrary
internal import ReplicaStore

/// Prompts as such: what is beside their text, and the text of their head.
enum PromptRoutes {
    private static let one = "/api/v1/prompts/{prompt}"
    private static let shown = [
        QueryField("version", .text, "A version in place of the head: `v7`, `7`, or its id."),
        QueryField("label", .text, "The version that a label points at."),
    ]

    static let all: [Route] = [
        Route(.get, "/api/v1/prompts", .allowed(.read), "Prompts, a page at a time", query: PromptQuery.fields) {
            try PromptQuery(call: $0).answer()
        },
        Route(
            .post, "/api/v1/prompts", .allowed(.create), "Make a prompt", status: .created, taking: PromptInput.self
        ) { try PromptEditing(call: $0, input: $1).create() },
        Route(.get, "/api/v1/prompts/search", .allowed(.read), "Search, best first", query: PromptQuery.fields) {
            try PromptQuery(call: $0).answer()
        },
        Route(
            .post, "/api/v1/prompts/search", .allowed(.read), "Search, with the query as a body",
            taking: SearchInput.self
        ) { try PromptQuery(call: $1.asked(of: $0)).answer() },
        Route(
            .get, "/api/v1/prompts/templates", .allowed(.read), "Prompts that are templates", query: PromptQuery.fields
        ) { call in
            var call = call
            call.query["is_template"] = "true"
            return try PromptQuery(call: call).answer()
        },
        Route(
            .get, "/api/v1/prompts/by-name", .allowed(.read), "The prompt of a name, which may hold slashes",
            query: [QueryField("name", .text, "The whole name.")] + shown, byName),
        Route(.get, "/api/v1/prompts/trash", .allowed(.read), "Prompts in the trash", query: Paging.fields) { call in
            let (stretch, workspace) = (try Paging.stretch(call), try call.workspaceID)
            let found = try call.library.trashStates(stretch)
            return call.page(try found.map { try PromptResource($0, in: workspace) }, stretch)
        },
        Route(.get, one, .allowed(.read), "A prompt with its text", query: shown) { call in
            try show(call, call.hexID("prompt"), call.library)
        },
        Route(.put, one, .allowed(.edit), "Change a prompt; another text is a new version", taking: PromptInput.self) {
            try PromptEditing(call: $0, input: $1).change()
        },
        Route(.patch, one, .allowed(.edit), "Change some of a prompt", taking: PromptInput.self) {
            try PromptEditing(call: $0, input: $1).change()
        },
        Route(.delete, one, .allowed(.delete), "Move a prompt to the trash") { call in
            try changed(call) { _ = try $0.delete($1) }
            return DoneView(detail: "it is in the trash")
        },
        Route(.post, one + "/undelete", .allowed(.delete), "Bring a prompt back from the trash") { call in
            let id = try call.hexID("prompt")
            let library = try call.library
            _ = try library.undelete(id)
            return try PromptResource(library.state(id), in: call.workspaceID)
        },
        Route(.post, one + "/archive", .allowed(.edit), "Put a prompt out of sight") {
            try changed($0) { try $0.setArchived($1, true) }
        },
        Route(.post, one + "/restore", .allowed(.edit), "Bring an archived prompt back into sight") {
            try changed($0) { try $0.setArchived($1, false) }
        },
        Route(
            .post, one + "/duplicate", .allowed(.create), "Make a prompt of its own from a prompt's head",
            status: .created, taking: CopyInput.self
        ) { call, input in
            let id = try call.hexID("prompt")
            let library = try call.library
            let copy = try library.atomically { try $0.state($0.duplicate(id, as: input.name).id) }
            return try PromptResource(copy, in: call.workspaceID)
        },
    ]

    /// Does something to the prompt of the path, if it is as the request takes it to be.
    @discardableResult
    static func changed(
        _ call: Call, _ body: (Library, String) throws -> Void
    ) throws -> PromptResource {
        let (id, workspace) = (try call.hexID("prompt"), try call.workspaceID)
        return try call.library.atomically { library in
            let before = try PromptResource(library.state(id), in: workspace)
            try call.requireMatch(before)
            try body(library, id)
            return try (try? library.state(id)).map { try PromptResource($0, in: workspace) } ?? before
        }
    }

    private static func show(_ call: Call, _ id: String, _ library: Library) throws -> PromptResource {
        let version: VersionState?
        if let label = call.query["label"] {
            guard let pointer = try library.labels(id).first(where: { $0.label == label }) else {
                throw APIError(.notFound, "the prompt has no label “\(label)”", field: "label")
            }
            version = try library.versionState(id, pointer.versionID)
        } else {
            version = try call.query["version"].map { try library.versionState(id, $0) }
        }
        return try PromptResource(library.state(id), in: call.workspaceID, showing: version)
    }

    private static func byName(_ call: Call) throws -> PromptResource {
        let library = try call.library
        guard let name = call.query["name"], !name.isEmpty else {
            throw APIError(.invalid, "name which prompt, as name=…", field: "name")
        }
        var filter = try library.filter(FilterRequest())
        (filter.name, filter.archived) = (name, .shown)
        let found = try library.states(filter, by: .init(.id), Stretch(offset: 0, limit: Paging.limitMax)).items
        guard let only = found.first else {
            throw APIError(.notFound, "there is no prompt “\(name)”", field: "name")
        }
        guard found.count == 1 else {
            throw APIError(
                .conflict, "several prompts are named “\(name)”: name one by its id", field: "name",
                candidates: found.map(\.prompt.id.hex))
        }
        return try show(call, only.prompt.id.hex, library)
    }
}

struct CopyInput: Input {
    /// `NAME_copy` where there is none.
    var name: String?
    static let spellings = ["title": "name"]
    static let example = CopyInput(name: "Email Summarizer, short")
}

/// A search as Prompt Manager sends it.
struct SearchInput: Input {
    var query: String?
    var tags: [String]?
    var version: Int?
    var createdAfter: String?
    var createdBefore: String?
    var limit: Int?
    var offset: Int?
    static let example = SearchInput(query: "summarize", tags: ["mail"], limit: 20, offset: 0)

    func asked(of call: Call) -> Call {
        var call = call
        let said: [(String, String?)] = [
            ("query", query), ("tags", tags?.joined(separator: ",")), ("version", version.map { String($0) }),
            ("created_after", createdAfter), ("created_before", createdBefore), ("limit", limit.map { String($0) }),
            ("offset", offset.map { String($0) }),
        ]
        for (name, value) in said { call.query[name] = value ?? call.query[name] }
        return call
    }
}
