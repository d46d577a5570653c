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

/// Many completions in one request.
enum BatchRoutes {
    /// Who waits for an answer over HTTP does not wait for more.
    static let tasksMax = 1_000
    private static let answersBytesMax = 64 << 20

    static let enchanter = Route(canonical, .post, "/v1/batch/process", Dialect(system: "PromptEnchanter"))

    static let canonical = Route.waiting(
        .post, "/api/v1/batches", .allowed(.use), "Run many prompts, several at a time, and give all their answers",
        taking: BatchInput.self, run)

    private static func run(_ call: Call, _ input: BatchInput) async throws -> BatchView {
        let start = ContinuousClock.now
        let tasks = try tasks(call, input)
        let desk = try await BatchDesk(call, input.research)
        var batch = BatchRun(parallel: input.width) { try await desk.answer($0) }
        batch.answersBytesMax = answersBytesMax
        var (totals, results) = (BatchTotals(tasks: tasks.count), [BatchResult]())
        try await call.whileClientStays {
            try await batch.run(tasks) { result in
                totals.add(result)
                results.append(result)
            }
        }
        return BatchView(totals, results.sorted { $0.index < $1.index }, took: ContinuousClock.now - start)
    }

    /// - Throws: `APIError` that names the task and its field.
    private static func tasks(_ call: Call, _ input: BatchInput) throws -> [BatchTask] {
        let list = (try? JSONDocument(call.body).value("batch"))?.flatMap(\.list) ?? []
        guard (1...tasksMax).contains(list.count) else {
            throw APIError(.invalid, "a batch has 1 to \(tasksMax) tasks", field: "batch")
        }
        var base = CompletionWish()
        (base.level, base.model) = (try input.effort, input.model)
        return try list.enumerated().map { index, value in
            do throws(BatchFault) {
                return try BatchTask(index, value.object ?? JSONObject(), base: base)
            } catch {
                throw APIError(.invalid, error.message, field: "batch[\(index)]\(error.field.map { ".\($0)" } ?? "")")
            }
        }
    }
}

/// Answers the tasks of one request.
private struct BatchDesk: Sendable {
    let call: Call
    let gateway: Gateway
    let workspace: DirectoryWorkspace
    let catalog: ModelCatalog
    let account: RowID
    let user: RowID
    let rights: CreditStatus
    let research: ResearchDepth?

    init(_ call: Call, _ research: ResearchDepth?) async throws {
        (self.call, self.research) = (call, research)
        (gateway, workspace, account) = (try call.gateway, try call.workspace, try call.caller.account)
        catalog = try await gateway.catalogs.catalog(of: workspace)
        user = try await call.user()
        rights = try await call.api.workers.perform(call.route) {
            try call.directory.credits(of: call.caller.account, for: call.caller)
        }
    }

    /// - Throws: what may be told; of what is not ours, only that it happened.
    func answer(_ task: BatchTask) async throws -> BatchResult {
        do {
            return try await answered(task)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ToldFailure(description: (Failure(error) ?? .unknown).message)
        }
    }

    private func answered(_ task: BatchTask) async throws -> BatchResult {
        let start = ContinuousClock.now
        if let level = task.wish.level { try rights.require(level: level.rawValue) }
        if let style = task.wish.style { try rights.require(style: style) }
        let prepared = try await call.api.workers.perform(call.route) { try task.wish.composed(call.library, catalog) }
        let use = GatewayUse(
            workspace: workspace, user: user, prompt: prepared.promptID, version: prepared.version,
            project: prepared.project, style: task.wish.style)
        let service = GatewayService(gateway: gateway, account: account, use: use, catalog: catalog)
        let request = try await service.researched(prepared.request, research)
        let answer = try await service.complete(request)
        let text = try request.format.answer(answer.body).text
        return BatchResult(
            task, response: text, error: nil, answer.summary, latency: (ContinuousClock.now - start).milliseconds)
    }
}

private struct ToldFailure: Error, CustomStringConvertible {
    var description: String
}

struct BatchInput: Input, Choosing {
    var batch: [BatchTaskInput]
    var level: String?
    /// In place of a level.
    var model: String?
    var enableResearch: Bool?
    var researchDepth: String?
    /// Whether several run at once; true where nothing is said.
    var parallel: Bool?
    static let choices = [
        "level": EffortLevel.allCases.map(\.rawValue), "research_depth": ResearchDepth.allCases.map(\.rawValue),
    ]
    static let example = BatchInput(
        batch: [BatchTaskInput(prompt: "Explain machine learning basics", rType: "bpe", temperature: 0.7)],
        level: "medium", parallel: true)

    var width: Int { parallel ?? true ? BatchRun.parallelDefault : 1 }

    var research: ResearchDepth? {
        enableResearch == true ? researchDepth.flatMap { ResearchDepth(rawValue: $0) } ?? .basic : nil
    }

    var effort: EffortLevel? {
        get throws {
            guard let level, model == nil else { return nil }
            guard let effort = EffortLevel(rawValue: level) else {
                throw APIError(.invalid, "there is no level “\(level)”", field: "level")
            }
            return effort
        }
    }
}

/// One of a batch: a text, or a prompt of the library by its name.
struct BatchTaskInput: Codable, Sendable {
    var id: String?
    var prompt: String?
    var name: String?
    var version: String?
    var label: String?
    var variables: [String: TemplateValue]?
    var rType: String?
    var system: String?
    var level: String?
    var model: String?
    var temperature: Double?
    var maxTokens: Int?
    var topP: Double?
}

struct BatchView: View {
    struct Result: Codable, Sendable {
        var taskIndex: Int
        var id: String?
        var success: Bool
        var response: String?
        var error: String?
        var processingTimeMs: Int
        var tokensUsed: Int?
        var model: String?
    }

    var batchId: String
    var totalTasks: Int
    var successfulTasks: Int
    var failedTasks: Int
    var results: [Result]
    var totalTokensUsed: Int
    var totalProcessingTimeMs: Int
    var createdAt: String

    init(_ totals: BatchTotals, _ results: [BatchResult], took duration: Duration) {
        let now = systemMilliseconds()
        batchId = RowID.uuid7(at: now).hex
        (totalTasks, successfulTasks, failedTasks) = (totals.tasks, totals.succeeded, totals.failed)
        (totalTokensUsed, totalProcessingTimeMs) = (totals.tokens, duration.milliseconds)
        createdAt = isoTime(now - Int64(duration.milliseconds))
        self.results = results.map { result in
            Result(
                taskIndex: result.index, id: result.name, success: result.hasSucceeded, response: result.response,
                error: result.error, processingTimeMs: result.latency, tokensUsed: result.tokens, model: result.model)
        }
    }
}
