internal import AccessControl
internal import HTTPTypes
internal import PromptLibrary

enum ProjectRoutes {
    private static let one = "/api/v1/projects/{project}"

    static let all: [Route] = [
        Route(.get, "/api/v1/projects", .allowed(.read), "Projects", query: Paging.fields) { call in
            try call.page(all: call.library.projects().items.map(ProjectResource.init))
        },
        Route(
            .post, "/api/v1/projects", .allowed(.create), "Make a project", status: .created,
            taking: ProjectInput.self
        ) { call, input in
            guard let name = input.name else { throw APIError(.invalid, "the field “name” is missing", field: "name") }
            return try call.library.atomically { library in
                let made = try library.createProject(name, description: input.description ?? "")
                if let status = input.status { try library.setProjectStatus(made.id, status) }
                return try ProjectResource(library.project(made.id))
            }
        },
        Route(.get, one, .allowed(.read), "A project") { call in
            try ProjectResource(call.library.project(call.hexID("project")))
        },
        Route(.patch, one, .allowed(.edit), "Change a project", taking: ProjectInput.self, change),
        Route(.put, one, .allowed(.edit), "Change a project", taking: ProjectInput.self, change),
        Route(.delete, one, .allowed(.delete), "Delete a project; its prompts stay, in none") { call in
            try changed(call) { try $0.deleteProject($1) }
            return DoneView(detail: "the project is deleted")
        },
    ]

    private static func change(_ call: Call, _ input: ProjectInput) throws -> ProjectResource {
        try changed(call) { library, id in
            let before = try library.project(id)
            if let name = input.name, name != before.name { try library.renameProject(id, to: name) }
            if let text = input.description, text != before.description { try library.describeProject(id, text) }
            if let status = input.status, status != before.status { try library.setProjectStatus(id, status) }
        }
    }

    @discardableResult
    private static func changed(
        _ call: Call, _ body: (Library, String) throws -> Void
    ) throws -> ProjectResource {
        let id = try call.hexID("project")
        return try call.library.atomically { library in
            let before = try ProjectResource(library.project(id))
            try call.requireMatch(before)
            try body(library, id)
            return (try? library.project(id)).map(ProjectResource.init) ?? before
        }
    }
}

struct ProjectInput: Input, Choosing {
    var name: String?
    var description: String?
    var status: String?
    static let choices = ["status": Library.projectStatuses]
    static let example = ProjectInput(name: "Support", description: "What the support team uses")
}

struct ProjectResource: View, Choosing {
    var id: String
    var name: String
    var description: String
    var status: String
    /// How many are in it.
    var prompts: Int
    var createdAt: String
    static let choices = ["status": Library.projectStatuses]

    init(_ view: ProjectView) {
        id = view.id
        name = view.name
        description = view.description
        status = Library.projectStatuses.contains(view.status) ? view.status : "active"
        prompts = view.prompts
        createdAt = isoTime(view.createdAt)
    }
}
