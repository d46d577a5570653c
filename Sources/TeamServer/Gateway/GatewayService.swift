internal import Changesets
internal import Completions
internal import DirectoryStore
internal import PromptRunning
internal import ReplicaStore
internal import WebResearch

/// What one caller asks of the gateway, on their account.
struct GatewayService: Sendable {
    let gateway: Gateway
    let account: RowID
    let use: GatewayUse
    let catalog: ModelCatalog

    private var scope: String { String(use.workspace.key) }

    var engine: CompletionEngine { gateway.engine(for: account, use, catalog) }

    /// - Throws: `CompletionError` for a model that nobody has.
    func call(_ request: InboundRequest) throws -> CompletionCall {
        try catalog.call(RowID.uuid7(at: systemMilliseconds()).hex, in: scope, request)
    }

    func complete(_ request: InboundRequest) async throws -> CompletionAnswer {
        try await engine.complete(call(request))
    }

    /// With what the web says before the last message of the user. What the model is asked on the way is paid like all
    /// else.
    ///
    /// - Parameter depth: nil for as it is.
    func researched(_ request: InboundRequest, _ depth: ResearchDepth?) async throws -> InboundRequest {
        guard let depth else { return request }
        // Nothing is looked up of what must not go out.
        try CompletionEngine.admit(call(request), gateway.screen(use, catalog).refusing)
        return try await gateway.research.researched(request, depth, scope: scope) { question in
            var call = try call(question)
            call.cacheUse = .never
            return try question.format.answer(try await engine.complete(call).body).text
        }.request
    }
}
