internal import AccessControl
internal import Changesets
internal import Completions
internal import HTTPTypes
internal import PromptLibrary
internal import PromptTemplates

/// Completions that are queued, and answered later.
enum JobRoutes {
    private static let root = "/api/v1/completions/jobs"
    private static let one = root + "/{job}"

    static let all: [Route] = [
        Route(
            .get, root, .allowed(.read), "One's jobs, the newest first",
            query: [QueryField("state", .text, "queued, running, done, failed or cancelled.")] + Paging.fields
        ) { call in
            let stretch = try Paging.stretch(call)
            return call.page(
                try call.library.jobs(in: states(call), stretch).map(JobResource.init), stretch)
        },
        Route(
            .post, root, .allowed(.use), "Queue a completion for this server", status: .created, taking: JobInput.self
        ) { call, input in
            JobResource(try call.library.queue(NewJob(request: input.checkedRequest(), label: input.label ?? "")))
        },
        Route(.get, one, .allowed(.read), "One of one's jobs, with its answer") {
            JobResource(try $0.library.job($0.hexID("job")))
        },
        Route(.post, one + "/cancel", .allowed(.use), "Cancel a job") {
            JobResource(try $0.library.cancelJob($0.hexID("job")))
        },
        Route(.post, one + "/retry", .allowed(.use), "Run a job again that failed, or was cancelled") {
            JobResource(try $0.library.retryJob($0.hexID("job")))
        },
    ]

    private static func states(_ call: Call) throws -> Set<JobState> {
        guard let name = call.query["state"] else { return [] }
        guard let state = JobState(rawValue: name) else {
            let names = JobState.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.invalid, "a job's state is one of: \(names)", field: "state")
        }
        return [state]
    }
}

struct JobInput: Input {
    /// A request in OpenAI's format.
    var request: TemplateValue
    var label: String?
    static let example = JobInput(
        request: ["model": "gpt-4o", "messages": [["role": "user", "content": "Say hello."]]], label: "greeting")

    /// What no provider could be asked is refused now, and not when it is run.
    fileprivate func checkedRequest() throws -> String {
        let text = try request.json()
        _ = try InboundRequest(.openai, Array(text.utf8)).decoded()
        return text
    }
}

struct JobResource: View, Choosing {
    var id: String
    var state: String
    var prompt: String?
    var promptId: String?
    var versionId: String?
    var label: String?
    var request: TemplateValue
    /// `server`, or a node's name.
    var runner: String
    var attempts: Int
    /// In OpenAI's format, of a job that is done.
    var answer: TemplateValue?
    var error: String?
    var usage: JobUsage?
    var wasCancelled: Bool
    var createdAt: String
    var changedAt: String?
    static let choices = ["state": JobState.allCases.map(\.rawValue)]

    init(_ view: JobView) {
        (id, state, prompt, promptId) = (view.id, view.state.rawValue, view.prompt, view.promptID)
        (versionId, label, request, runner) = (view.versionID, view.label, view.request, view.runner)
        (attempts, answer, error, wasCancelled) = (view.attempts, view.answer, view.error, view.wasCancelled)
        usage = view.use.map(JobUsage.init)
        (createdAt, changedAt) = (isoTime(view.createdAt), view.changedAt.map(isoTime))
    }
}

struct JobUsage: View {
    var provider: String
    var model: String
    var inputTokens: Int64?
    var cachedTokens: Int64?
    var outputTokens: Int64?
    /// Dollars; nil where the price is not known.
    var cost: Double?
    var latencyMs: Int64?

    init(_ use: MeasuredUse) {
        (provider, model) = (use.provider, use.model)
        (inputTokens, cachedTokens, outputTokens) = (use.inputTokens, use.cachedTokens, use.outputTokens)
        (cost, latencyMs) = (use.cost.map(dollars), use.latency)
    }
}
