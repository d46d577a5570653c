internal import AccessControl
internal import HTTPTypes
internal import PromptLibrary

enum GroupRoutes {
    private static let one = "/api/v1/groups/{group}"

    static let all: [Route] = [
        Route(.get, "/api/v1/groups", .allowed(.read), "Groups", query: Paging.fields) { call in
            let library = try call.library
            let stretch = try Paging.stretch(call)
            return call.page(
                try stretch.of(library.groups().items).map { try GroupResource($0, in: library) }, stretch)
        },
        Route(
            .post, "/api/v1/groups", .allowed(.create), "Make a group", status: .created, taking: GroupInput.self
        ) { call, input in
            guard let name = input.name else { throw APIError(.invalid, "the field “name” is missing", field: "name") }
            let library = try call.library
            let made = try library.createGroup(
                name, description: input.description ?? "",
                isPrivate: PromptInput(visibility: input.visibility).isPrivate ?? false)
            return try GroupResource(made, in: library)
        },
        Route(.get, one, .allowed(.read), "A group, with its prompts in their order") { call in
            let library = try call.library
            return try GroupResource(library.group(call.hexID("group")), in: library)
        },
        Route(.put, one, .allowed(.edit), "Change a group", taking: GroupInput.self, change),
        Route(.patch, one, .allowed(.edit), "Change a group", taking: GroupInput.self, change),
        Route(.delete, one, .allowed(.delete), "Delete a group; its prompts stay where they are") { call in
            try changed(call) { try $0.deleteGroup($1) }
            return DoneView(detail: "the group is deleted")
        },
        Route(
            .post, one + "/prompts", .allowed(.edit), "Put a prompt into a group, or move it within",
            taking: EntryInput.self
        ) { call, input in
            let place = try input.place
            return try changed(call) { try $0.place(input.promptId, in: $1, place) }
        },
        Route(.delete, one + "/prompts/{prompt}", .allowed(.edit), "Take a prompt out of a group") { call in
            let prompt = try call.hexID("prompt")
            return try changed(call) { try $0.remove(prompt, fromGroup: $1) }
        },
        Route(
            .put, one + "/reorder", .allowed(.edit), "Say the order of a group's prompts", taking: OrderInput.self
        ) { call, input in try changed(call) { try $0.reorder($1, input.promptIds) } },
    ]

    private static func change(_ call: Call, _ input: GroupInput) throws -> GroupResource {
        try changed(call) { library, id in
            let before = try library.group(id)
            if let name = input.name, name != before.name { try library.renameGroup(id, to: name) }
            if let text = input.description, text != before.description { try library.describeGroup(id, text) }
        }
    }

    @discardableResult
    private static func changed(
        _ call: Call, _ body: (Library, String) throws -> Void
    ) throws -> GroupResource {
        let id = try call.hexID("group")
        return try call.library.atomically { library in
            let before = try GroupResource(library.group(id), in: library)
            try call.requireMatch(before)
            try body(library, id)
            return try (try? library.group(id)).map { try GroupResource($0, in: library) } ?? before
        }
    }
}

struct GroupInput: Input, Choosing {
    var name: String?
    var description: String?
    var visibility: String?
    static let choices = ["visibility": ["workspace", "private"]]
    static let example = GroupInput(name: "Opening", description: "What a conversation begins with")
}

struct EntryInput: Input {
    var promptId: String
    /// From 0; last where nil.
    var position: Int?
    static let example = EntryInput(promptId: "0199f5c2a1b27c3d8e4f5a6b7c8d9e0f", position: 0)

    var place: GroupPlace {
        get throws {
            guard let position else { return .last }
            guard (0...1_000_000).contains(position) else {
                throw APIError(.invalid, "a position is counted from 0", field: "position")
            }
            return .position(position + 1)
        }
    }
}

struct OrderInput: Input {
    var promptIds: [String]
    static let example = OrderInput(promptIds: ["0199f5c2a1b27c3d8e4f5a6b7c8d9e0f"])
}

struct GroupResource: View, Choosing {
    var id: String
    var name: String
    var description: String
    var visibility: String
    var prompts: [EntryResource]
    var createdAt: String
    static let choices = ["visibility": ["workspace", "private"]]

    init(_ view: GroupView, in library: Library) throws {
        id = view.id
        name = view.name
        description = view.description
        visibility = view.visibility == "workspace" ? "workspace" : "private"
        prompts = try library.groupEntries(view.id).items.map(EntryResource.init)
        createdAt = isoTime(view.createdAt)
    }
}

struct EntryResource: View {
    var promptId: String
    var name: String
    /// From 0.
    var position: Int

    init(_ view: GroupEntryView) {
        promptId = view.promptID
        name = view.prompt
        position = view.position - 1
    }
}
