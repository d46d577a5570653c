internal import AccessControl
internal import DirectoryStore
internal import HTTPTypes
internal import PromptLibrary
internal import PromptTemplates

/// What stands beside a prompt's text, each by itself: labels, tags, metadata; and its text with values filled in.
enum ParticularRoutes {
    private static let prompt = "/api/v1/prompts/{prompt}"

    static let all: [Route] = [
        Route(.get, prompt + "/labels", .allowed(.read), "What a prompt's labels point at") { try pointers($0) },
        Route(
            .put, prompt + "/labels/{label}", .allowed(.edit), "Point a label at a version",
            taking: PointerInput.self
        ) { call, input in
            try PromptRoutes.changed(call) {
                try $0.point(call.text("label"), of: $1, at: input.version, expected: input.expected)
            }
            return try pointers(call)
        },
        Route(.delete, prompt + "/labels/{label}", .allowed(.edit), "Take a label away") { call in
            try PromptRoutes.changed(call) { try $0.unlabel($1, call.text("label")) }
            return try pointers(call)
        },
        Route(.get, prompt + "/tags", .allowed(.read), "A prompt's tags") { call in
            TagsView(tags: try call.library.state(call.hexID("prompt")).tags)
        },
        Route(.put, prompt + "/tags", .allowed(.edit), "Say which tags it has", taking: TagsView.self) { call, input in
            TagsView(tags: try PromptRoutes.changed(call) { try $0.setTags($1, to: input.tags) }.tags)
        },
        Route(.post, prompt + "/tags", .allowed(.edit), "Add tags", taking: TagsView.self) { call, input in
            TagsView(tags: try PromptRoutes.changed(call) { try $0.tag($1, input.tags) }.tags)
        },
        Route(.delete, prompt + "/tags/{tag}", .allowed(.edit), "Take a tag away") { call in
            let after = try PromptRoutes.changed(call) { library, id in
                guard try library.untag(id, [call.text("tag")]).isEmpty else {
                    throw APIError(.notFound, "it has no tag “\(call.text("tag"))”", field: "tag")
                }
            }
            return TagsView(tags: after.tags)
        },
        Route(.get, prompt + "/metadata", .allowed(.read), "A prompt's metadata") { call in
            MetadataResource(metadata: try call.library.state(call.hexID("prompt")).metadata)
        },
        Route(
            .put, prompt + "/metadata", .allowed(.edit), "Say all of its metadata", taking: MetadataResource.self
        ) { call, input in try facts(call, input, isWhole: true) },
        Route(
            .patch, prompt + "/metadata", .allowed(.edit), "Say some of its metadata", taking: MetadataResource.self
        ) { call, input in try facts(call, input, isWhole: false) },
        Route(.delete, prompt + "/metadata/{key}", .allowed(.edit), "Take a fact away") { call in
            let after = try PromptRoutes.changed(call) { try $0.unsetMetadata($1, call.text("key")) }
            return MetadataResource(metadata: after.metadata)
        },
        Route(.get, prompt + "/variables", .allowed(.read), "The variables that it uses or declares") { call in
            try call.page(
                all: call.library.variables(RenderRequest(name: call.hexID("prompt"))).map(VariableResource.init))
        },
        Route(
            .post, prompt + "/render", .allowed(.read), "Fill in the variables; nothing is run",
            taking: RenderInput.self, render),
    ]

    private static func pointers(_ call: Call) throws -> Reply<ListView<PointerResource>> {
        try call.page(all: call.library.labels(call.hexID("prompt")).map(PointerResource.init))
    }

    private static func facts(_ call: Call, _ input: MetadataResource, isWhole: Bool) throws -> MetadataResource {
        let after = try PromptRoutes.changed(call) { try $0.setMetadata($1, to: input.metadata, isWhole: isWhole) }
        return MetadataResource(metadata: after.metadata)
    }

    private static func render(_ call: Call, _ input: RenderInput) throws -> RenderView {
        let library = try call.library
        var request = RenderRequest(name: try call.hexID("prompt"))
        (request.version, request.label) = (input.version, input.label)
        request.values = input.variables ?? [:]
        request.format = try PromptInput(templateFormat: input.templateFormat).format
        let rendered = try library.render(request)
        // Whoever may only read leaves no trace.
        if call.place?.countsUse == true { try library.recordRender(rendered) }
        return RenderView(rendered)
    }
}

struct PointerInput: Input {
    /// The head where nil.
    var version: String?
    /// The id of the version that it points at so far: else nothing is moved.
    var expected: String?
    static let example = PointerInput(version: "v1")
}

struct TagsView: View, Input {
    var tags: [String]
    static let example = TagsView(tags: ["mail", "short"])
}

struct MetadataResource: View, Input {
    var metadata: [String: String]
    static let example = MetadataResource(metadata: ["owner": "support"])
}

struct RenderInput: Input, Choosing {
    var variables: [String: TemplateValue]?
    var version: String?
    var label: String?
    var templateFormat: String?
    static let spellings = ["input": "variables", "values": "variables"]
    static let choices = ["template_format": TemplateFormat.allCases.map(\.rawValue)]
    static let example = RenderInput(variables: ["email_content": "Long email content here..."])
}

struct RenderView: View {
    var text: String
    var messages: [ChatMessage]?
    var settings: [String: TemplateValue]
    var version: String
    var versionId: String

    init(_ rendered: RenderedPrompt) {
        text = rendered.text
        messages = rendered.messages
        settings = rendered.settings
        version = rendered.version
        versionId = rendered.versionID
    }
}

struct VariableResource: View {
    var name: String
    var type: String
    var required: Bool
    var defaultValue: String?
    var choices: [String]
    var description: String

    init(_ view: VariableView) {
        name = view.name
        type = view.type.rawValue
        required = view.isRequired
        defaultValue = view.defaultValue
        choices = view.choices
        description = view.description
    }
}
