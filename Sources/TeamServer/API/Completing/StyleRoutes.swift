internal import AccessControl
internal import HTTPTypes
internal import PromptLibrary
internal import PromptRunning

/// How models are told to work.
enum StyleRoutes {
    private static let root = "/api/v1/styles"
    private static let one = root + "/{style}"

    static let all: [Route] = [
        Route(.get, root, .allowed(.read), "Styles, by name", query: Paging.fields) { call in
            let stretch = try Paging.stretch(call)
            return call.page(
                try stretch.of(call.library.styles(builtIns: BuiltInStyle.all).items).map(StyleResource.init), stretch)
        },
        Route(.get, one, .allowed(.read), "A style") { try show($0, $0.library) },
        Route(
            .put, one, .allowed(.manageWorkspace), "Give a style another text, or make one", taking: StyleInput.self
        ) { call, input in
            try call.library.atomically { library in
                if call.ifMatch != nil { try call.requireMatch(show(call, library)) }
                return StyleResource(
                    try library.setStyle(
                        call.text("style"), body: input.body, description: input.description,
                        message: input.message ?? "", builtIns: BuiltInStyle.all))
            }
        },
        Route(
            .delete, one, .allowed(.manageWorkspace), "Take away what was written here: a built-in one is as it came"
        ) { call in
            try call.library.atomically { library in
                if call.ifMatch != nil { try call.requireMatch(show(call, library)) }
                try library.removeStyle(call.text("style"), builtIns: BuiltInStyle.all)
            }
            return DoneView(detail: "what was written here is gone; its history stays")
        },
        Route(
            .get, one + "/history", .allowed(.read), "What a style said, the newest first", query: Paging.fields
        ) { call in
            let stretch = try Paging.stretch(call)
            let history = try call.library.styleHistory(call.text("style"), builtIns: BuiltInStyle.all)
            return call.page(stretch.of(history.items).map(StyleVersionResource.init), stretch)
        },
    ]

    private static func show(_ call: Call, _ library: Library) throws -> StyleResource {
        StyleResource(try library.style(call.text("style"), builtIns: BuiltInStyle.all))
    }
}

struct StyleInput: Input {
    var body: String
    var description: String?
    var message: String?
    static let spellings = ["prompt": "body", "system_prompt": "body"]
    static let example = StyleInput(body: "You answer in one sentence.", description: "Short")
}

struct StyleResource: View, Choosing {
    var name: String
    var description: String
    var body: String
    var source: String
    /// Nil for a built-in one as it came.
    var version: String?
    static let choices = ["source": ["builtin", "edited", "custom"]]

    init(_ view: StyleView) {
        (name, description, body) = (view.name, view.description, view.body)
        (source, version) = (view.source.rawValue, view.version)
    }
}

struct StyleVersionResource: View {
    var id: String
    var name: String
    var description: String
    var body: String
    var message: String
    var author: String?
    var isCurrent: Bool
    var createdAt: String

    init(_ view: StyleVersionView) {
        (id, name, description, body) = (view.id, view.name, view.description, view.body)
        (message, author, isCurrent) = (view.message, view.author, view.isCurrent)
        createdAt = isoTime(view.createdAt)
    }
}
