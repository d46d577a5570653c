internal import AccessControl
internal import Changesets
internal import Completions
internal import DirectoryStore
internal import HTTPTypes
internal import PromptLibrary
internal import PromptRunning
internal import PromptTemplates
internal import ReplicaStore

/// Prompts that are run to see what they bring.
enum TestRunRoutes {
    private static let ofPrompt = "/api/v1/prompts/{prompt}/test"
    private static let one = "/api/v1/test-runs/{run}"

    static let all: [Route] = [
        Route.waiting(
            .post, ofPrompt, .allowed(.use), "Run a prompt now, and write down what came", status: .created,
            taking: TestInput.self, run),
        Route(.get, ofPrompt, .allowed(.read), "A prompt's test runs, the newest first", query: Paging.fields, list),
        Route(
            .get, "/api/v1/prompts/{prompt}/test-runs", .allowed(.read), "The same", query: Paging.fields, list),
        Route(.get, one, .allowed(.read), "A test run") { try show($0, $0.library) },
        Route(
            .patch, one, .allowed(.use), "Say how good a run was", taking: RatingInput.self
        ) { call, input in
            try call.library.atomically { library in
                try call.requireMatch(show(call, library))
                return TestRunResource(
                    try library.rateTestRun(call.hexID("run"), rating: input.rating, feedback: input.feedback))
            }
        },
    ]

    private static func list(_ call: Call) throws -> Reply<ListView<TestRunResource>> {
        let stretch = try Paging.stretch(call)
        let found = try call.library.testRuns(of: call.hexID("prompt")).items
        return call.page(stretch.of(found.map(TestRunResource.init)), stretch)
    }

    private static func show(_ call: Call, _ library: Library) throws -> TestRunResource {
        TestRunResource(try library.testRun(call.hexID("run")))
    }

    private static func run(_ call: Call, _ input: TestInput) async throws -> TestRunResource {
        let (gateway, workspace) = (try call.gateway, try call.workspace)
        // Of what can't be read, nothing else is told.
        try await call.api.workers.perform(call.route) { _ = try call.library.state(call.hexID("prompt")) }
        let catalog = try await gateway.catalogs.catalog(of: workspace)
        let prepared = try await call.api.workers.perform(call.route) {
            try NewTestRun.check(.object(input.input ?? [:]), rating: input.rating, feedback: input.feedback)
            if let style = input.style {
                try call.directory.credits(of: call.caller.account, for: call.caller).require(style: style)
            }
            return try input.wish(call.hexID("prompt")).composed(call.library, catalog)
        }
        let use = GatewayUse(
            workspace: workspace, user: try await call.user(), prompt: prepared.promptID, version: prepared.version,
            project: prepared.project, kind: .test)
        let service = GatewayService(gateway: gateway, account: try call.caller.account, use: use, catalog: catalog)
        var engine = service.engine
        let witness = UseWitness(route: .server)
        // A test run counts as use by itself.
        engine.recorder = witness.inPlace(of: engine.recorder)
        let outcome = try await answer(call, engine, service.call(prepared.request))
        guard let measured = witness.use else {
            throw outcome.error ?? CompletionError(.cancelled, "nothing came of it")
        }
        return try await call.api.workers.perform(call.route) {
            TestRunResource(
                try call.library.recordTestRun(
                    of: call.hexID("prompt"), input.run(prepared.version, outcome.text, outcome.error, measured)))
        }
    }

    /// That a provider fails is a result too.
    private static func answer(
        _ call: Call, _ engine: CompletionEngine, _ completion: CompletionCall
    ) async throws -> (text: String, error: CompletionError?) {
        do {
            let answer = try await call.whileClientStays { try await engine.complete(completion) }
            return (try completion.request.format.answer(answer.body).text, nil)
        } catch let error as CompletionError where error.code != .cancelled {
            return ("", error)
        }
    }
}

struct TestInput: Input {
    /// The variables.
    var input: [String: TemplateValue]?
    var version: String?
    var label: String?
    var model: String?
    /// By its name; whoever has the model where nil.
    var provider: String?
    var style: String?
    var temperature: Double?
    var maxTokens: Int?
    /// 1 to 5.
    var rating: Int?
    var feedback: String?
    static let spellings = ["variables": "input", "max_completion_tokens": "max_tokens"]
    static let example = TestInput(input: ["email_content": "Dear all, …"], model: "gpt-4o", rating: 4)

    fileprivate func wish(_ prompt: String) -> CompletionWish {
        var wish = CompletionWish()
        var request = RenderRequest(name: prompt)
        (request.values, request.version, request.label) = (input ?? [:], version, label)
        wish.prompt = request
        wish.model = model.map { model in provider.map { "\($0)/\(model)" } ?? model }
        (wish.style, wish.temperature, wish.maxTokens) = (style, temperature, maxTokens)
        return wish
    }

    fileprivate func run(
        _ version: RowID?, _ output: String, _ error: CompletionError?, _ use: MeasuredUse
    ) -> NewTestRun {
        NewTestRun(
            version: version, input: .object(input ?? [:]), output: output, error: error.map { "\($0)" }, use: use,
            rating: rating, feedback: feedback)
    }
}

struct RatingInput: Input {
    /// 1 to 5.
    var rating: Int?
    var feedback: String?
    static let example = RatingInput(rating: 4, feedback: "Good summary")
}

struct TestRunResource: View {
    var id: String
    var promptId: String?
    var versionId: String?
    var version: String?
    var user: String?
    var input: TemplateValue
    var output: String
    var error: String?
    var tokensUsed: Int64?
    var inputTokens: Int64?
    var cachedTokens: Int64?
    var outputTokens: Int64?
    /// Dollars; nil where the price is not known.
    var cost: Double?
    /// Milliseconds.
    var latency: Int64?
    var model: String
    var provider: String
    var rating: Int64?
    var feedback: String?
    var createdAt: String

    init(_ view: TestRunView) {
        (id, promptId, versionId, version) = (view.id, view.promptID, view.versionID, view.version)
        (user, input, output, error) = (view.user, view.input, view.output, view.error)
        (tokensUsed, inputTokens) = (view.tokensUsed, view.inputTokens)
        (cachedTokens, outputTokens) = (view.cachedTokens, view.outputTokens)
        (cost, latency, model, provider) = (view.cost, view.latency, view.model, view.provider)
        (rating, feedback, createdAt) = (view.rating, view.feedback, isoTime(view.createdAt))
    }
}
