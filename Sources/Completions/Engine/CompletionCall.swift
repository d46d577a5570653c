/// One request to be answered.
package struct CompletionCall: Sendable {
    /// What the caller knows it by; handed to the hooks.
    package var id: String
    package var workspace: String
    package var request: InboundRequest
    /// Who is asked, the first choice first.
    package var routes: [Route]
    package var cacheUse = CacheUse.whereDeterministic
    /// What the client sent for the provider, such as `anthropic-beta`. Only those that a provider knows go on.
    package var headers: [(name: String, value: String)] = []

    package struct Route: Sendable {
        package var provider: Provider
        /// As the provider names it.
        package var model: String

        package init(_ provider: Provider, model: String) { (self.provider, self.model) = (provider, model) }
    }

    package enum CacheUse: Sendable {
        /// At temperature 0.
        case whereDeterministic
        case always, never
        /// A provider is never asked: what is not in the cache is an error.
        case only
    }

    package init(id: String, workspace: String, _ request: InboundRequest, routes: [Route]) {
        (self.id, self.workspace, self.request, self.routes) = (id, workspace, request, routes)
    }

    /// The key of the cache is that of the first choice: what another model said is not to be kept under it.
    func isFirstChoice(_ summary: CompletionSummary) -> Bool {
        routes.first.map { $0.provider.name == summary.provider && $0.model == summary.model } ?? false
    }

    /// What a provider is handed of the client's headers: none where they are those of another format.
    func headers(for provider: Provider) -> [(name: String, value: String)] {
        request.format == provider.format ? headers : []
    }

    /// - Throws: `CompletionError` for a body that is not JSON throughout.
    /// - Returns: nil where the cache is not to be used.
    func cacheKey() throws(CompletionError) -> CacheKey? {
        guard let route = routes.first else { return nil }
        switch cacheUse {
        case .never: return nil
        case .whereDeterministic where !request.isDeterministic: return nil
        case .whereDeterministic, .always, .only:
            return try CacheKey(
                workspace: workspace, provider: route.provider.name, model: route.model, request,
                headers: UpstreamCall.passed(headers(for: route.provider), to: route.provider.format))
        }
    }
}

/// What became of a call: what is recorded, and what is paid by.
package struct CompletionSummary: Sendable {
    package enum Outcome: Sendable, Equatable {
        case succeeded
        case failed(CompletionError.Code)
        /// The client went, or the caller cancelled.
        case cancelled
    }

    package enum CacheResult: String, Sendable {
        /// Not asked.
        case unused
        case hit, miss
        /// Waited for the answer to an equal request.
        case joined
    }

    package var outcome: Outcome
    /// Who answered, or was asked last.
    package var provider: String?
    /// As the route named it.
    package var model: String?
    /// As the provider named it.
    package var answeredModel: String?
    /// Nil where the provider did not say.
    package var usage: TokenUsage?
    /// In nano-dollars: 0 for a hit; nil where a price is not known, or the usage is not.
    package var cost: Int?
    package var latency = Duration.zero
    /// Of a stream, to its first bytes.
    package var timeToFirstToken: Duration?
    package var cache = CacheResult.unused
    /// Hints of the request that the provider's format lacks.
    package var dropped: [String] = []
    /// How often a provider was asked.
    package var attempts = 0
    /// In seconds since 1970.
    package var startedAt = 0
    /// What was answered, or its beginning; nil unless ``CompletionEngine/tellsAnswers``.
    package var answer: String?
    /// What its judge has to say to the caller.
    package var warnings: [String] = []

    package init(_ outcome: Outcome) { self.outcome = outcome }

    /// Whether what was reserved is due: not for a failure, nor for what nobody got.
    package var isDue: Bool {
        switch outcome {
        case .succeeded: cache == .miss || cache == .unused
        case .failed: false
        case .cancelled: timeToFirstToken != nil
        }
    }
}
