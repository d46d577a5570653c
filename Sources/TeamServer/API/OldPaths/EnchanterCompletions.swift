internal import AccessControl
internal import Changesets
internal import Completions
internal import DirectoryStore
internal import HTTPTypes
internal import PromptLibrary
internal import PromptRunning
internal import PromptTemplates
internal import ReplicaStore
internal import WebResearch

/// PromptEnchanter's completions, and what its administrators look at.
enum EnchanterCompletions {
    static let all: [Route] =
        [
            Route(
                .post, "/v1/prompt/completions", .allowed(.use),
                "Complete a chat at a level, in a style whose system prompt takes the place of the client's",
                gateway: .openai, taking: InputShape(EnchanterInput.self), complete)
        ] + admin.map { Route($0, $0.method, $0.path, Dialect(system: "PromptEnchanter")) }

    private static let admin: [Route] = [
        Route(.get, "/v1/admin/health", .allowed(.manageWorkspace), "How the server is doing") { call in
            try Health(operations: call.team.operations).report()
        },
        Route(.get, "/v1/admin/system-prompts", .allowed(.read), "What each style says", query: Paging.fields) { call in
            try call.page(all: call.library.styles(builtIns: BuiltInStyle.all).items.map(SystemPromptResource.init))
        },
        Route(
            .put, "/v1/admin/system-prompts", .allowed(.manageWorkspace), "Give a style another text, or make one",
            taking: SystemPromptInput.self
        ) { call, input in
            SystemPromptResource(
                try call.library.setStyle(input.rType, body: input.prompt, builtIns: BuiltInStyle.all))
        },
        Route.waiting(
            .delete, "/v1/admin/cache", .allowed(.manageWorkspace), "Forget the workspace's answers that are kept",
            clear),
    ]

    private static func clear(_ call: Call) async throws -> ClearedView {
        let key = try call.workspace.key
        let cleared = try await call.gateway.engine.cache.clear(workspace: String(key))
        try await call.api.workers.perform(call.route) { _ = try call.library.removeSharedAnswers() }
        return ClearedView(cleared: cleared, detail: "the answers of this workspace are forgotten")
    }

    private static func complete(_ call: Call) async throws -> Answer {
        let (gateway, workspace, caller) = (try call.gateway, try call.workspace, try call.caller)
        let catalog = try await gateway.catalogs.catalog(of: workspace)
        let asked = try await call.api.workers.perform(call.route) { try request(call, catalog.levels) }
        let use = GatewayUse(workspace: workspace, user: try await call.user(), style: asked.style)
        let service = GatewayService(gateway: gateway, account: caller.account, use: use, catalog: catalog)
        let informed = try await call.whileClientStays { try await service.researched(asked.inbound, asked.depth) }
        return try await GatewayRoutes.answer(service.call(informed), service.engine, call)
    }

    private static let own = ["level", "r_type", "ai_research", "research_depth"]

    /// Nil where nothing is to be looked up.
    private static func depth(_ object: JSONObject) throws(CompletionError) -> ResearchDepth? {
        guard object["ai_research"]?.boolean == true else { return nil }
        guard let name = object["research_depth"]?.text else { return .basic }
        guard let depth = ResearchDepth(rawValue: name) else {
            throw CompletionError(.invalidRequest, "a depth is one of: basic, medium, high", field: "research_depth")
        }
        return depth
    }

    /// As OpenAI's interface would have it.
    private static func request(
        _ call: Call, _ levels: LevelTable
    ) throws -> (inbound: InboundRequest, depth: ResearchDepth?, style: String?) {
        var object: JSONObject
        do {
            object = try JSONDocument(call.body).whole()
        } catch {
            throw CompletionError(.invalidRequest, "the body is \(error)")
        }
        let depth = try Self.depth(object)
        let rights = try call.directory.credits(of: call.caller.account, for: call.caller)
        let level = object["level"]?.text
        if let level { object["model"] = .text(try model(level, rights, levels)) }
        let style = object["r_type"]?.text
        if let style {
            object["messages"] = .list(try messages(object["messages"], style, rights, call.library))
        }
        for name in own { object[name] = nil }
        return (try InboundRequest(.openai, JSONValue.object(object).bytes), depth, style)
    }

    private static func model(_ name: String, _ rights: CreditStatus, _ levels: LevelTable) throws -> String {
        guard let level = EffortLevel(rawValue: name), let model = levels.model(level) else {
            let names = EffortLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw CompletionError(.invalidRequest, "a level is one of: \(names)", field: "level")
        }
        try rights.require(level: name)
        return model
    }

    private static func messages(
        _ given: JSONValue?, _ style: String, _ rights: CreditStatus, _ library: Library
    ) throws -> [JSONValue] {
        try rights.require(style: style)
        let text = try library.style(style, builtIns: BuiltInStyle.all).body
        let spoken = (given?.list ?? []).filter { message in
            let role = message.object?["role"]?.text
            return role != "system" && role != "developer"
        }
        guard !spoken.isEmpty else {
            throw CompletionError(.invalidRequest, "there is no message to answer", field: "messages")
        }
        return [["role": "system", "content": .text(text)]] + spoken
    }
}

/// What PromptEnchanter's clients send; other fields of OpenAI's interface go to the provider as they are.
struct EnchanterInput: Input, Choosing {
    var level: String?
    var messages: [PromptTemplates.ChatMessage]
    /// A style.
    var rType: String?
    /// Whether the question is looked up on the web first.
    var aiResearch: Bool?
    var researchDepth: String?
    var temperature: Double?
    var maxTokens: Int?
    var stream: Bool?
    static let choices = [
        "level": EffortLevel.allCases.map(\.rawValue), "research_depth": ResearchDepth.allCases.map(\.rawValue),
    ]
    static let example = EnchanterInput(
        level: "medium",
        messages: [PromptTemplates.ChatMessage(role: .user, content: "Create a code for AI systems.")], rType: "bpe",
        temperature: 0.7)
}

struct SystemPromptInput: Input {
    /// A style.
    var rType: String
    var prompt: String
    static let example = SystemPromptInput(rType: "custom", prompt: "You are a specialized AI assistant.")
}

struct SystemPromptResource: View {
    var rType: String
    var prompt: String
    var description: String

    init(_ view: StyleView) { (rType, prompt, description) = (view.name, view.body, view.description) }
}

struct ClearedView: View {
    var cleared: Int
    var detail: String
}
