package import Changesets
package import Completions
package import PromptLibrary
internal import ReplicaStore

/// Who answers what in a workspace: the providers and models of its library, and those that this machine's
/// environment names. The one place that says which provider a model's name leads to.
package struct ModelCatalog: Sendable {
    /// A provider that can be asked.
    package struct Offer: Sendable {
        package var provider: Provider
        package var isDefault: Bool
        /// Those that are listed; where none is, it is asked for whatever is wanted of it.
        package var models: [ModelView]

        func lists(_ model: String) -> Bool { models.contains { $0.isActive && $0.modelID == model } }
    }

    package let offers: [Offer]
    package let terms: WorkspaceTerms
    package let levels: LevelTable
    package let prices: PriceTable
    /// Those of the workspace.
    package let policies: [StandingPolicy]

    package init(
        offers: [Offer], terms: WorkspaceTerms, levels: LevelTable, policies: [StandingPolicy] = []
    ) {
        (self.offers, self.terms, self.levels, self.policies) = (offers, terms, levels, policies)
        var prices = PriceTable.builtIn
        // One whose price nobody has said keeps that which comes with Offbook.
        for model in offers.flatMap(\.models) where !model.prices.isEmpty { prices.set(ModelCard(model)) }
        self.prices = prices
    }

    /// Whom to ask for a model, the first choice first: `gpt-4o`, or `provider/gpt-4o` for one of one provider.
    ///
    /// Where several providers list it, each is the fallback of the one before; one that lists no models comes last.
    ///
    /// - Throws: `CompletionError` `unknownModel`, also for one that the workspace does not allow.
    package func routes(for model: String) throws(CompletionError) -> [CompletionCall.Route] {
        try check(model)
        if let routes = named(model) { return routes }
        let ranked = offers.filter { $0.isDefault } + offers.filter { !$0.isDefault }
        let listing = ranked.filter { $0.lists(model) }
        if !listing.isEmpty { return listing.map { CompletionCall.Route($0.provider, model: model) } }
        let open = ranked.filter { $0.models.isEmpty }
        guard let first = open.first(where: { $0.provider.format == Self.family(model) }) ?? open.first else {
            throw unknown(model)
        }
        return [CompletionCall.Route(first.provider, model: model)]
    }

    /// A request with whom to ask it, within what the workspace allows.
    ///
    /// - Parameters:
    ///   - id: what the caller knows it by.
    ///   - workspace: names the workspace to the engine's cache.
    /// - Throws: `CompletionError`.
    package func call(
        _ id: String, in workspace: String, _ request: InboundRequest
    ) throws(CompletionError) -> CompletionCall {
        CompletionCall(
            id: id, workspace: workspace, try request.limited(by: terms), routes: try routes(for: request.model))
    }

    /// - Throws: `CompletionError` `unknownModel` for one that the workspace does not allow.
    package func check(_ model: String) throws(CompletionError) {
        guard !terms.allows(model) else { return }
        throw CompletionError(
            .unknownModel, "the model “\(model)” is not allowed in this workspace\(allowedHint)", field: "model")
    }

    /// With only some of those who answer.
    package func limited(to isWanted: (Provider) -> Bool) -> ModelCatalog {
        ModelCatalog(offers: offers.filter { isWanted($0.provider) }, terms: terms, levels: levels, policies: policies)
    }

    /// In which project a prompt is, where any policy cares.
    ///
    /// - Throws: `ReplicaError`.
    package func project(of prompt: RowID?, in library: Library) throws -> RowID? {
        guard let prompt, policies.contains(where: \.isOfProject) else { return nil }
        return try library.project(ofPrompt: prompt)
    }

    /// Of one that is named with its provider.
    private func named(_ model: String) -> [CompletionCall.Route]? {
        let parts = model.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let offer = offers.first(where: { $0.provider.name == parts[0] }) else { return nil }
        let name = String(parts[1])
        guard offer.models.isEmpty || offer.lists(name) else { return nil }
        return [CompletionCall.Route(offer.provider, model: name)]
    }

    /// Whose format a model is usually spoken to in, by its name.
    private static func family(_ model: String) -> WireFormat { model.hasPrefix("claude") ? .anthropic : .openai }

    private func unknown(_ model: String) -> CompletionError {
        guard !offers.isEmpty else {
            return CompletionError(
                .unknownModel,
                "nobody here runs models: add a provider with offbook providers add, or set OPENAI_API_KEY or "
                    + "ANTHROPIC_API_KEY", field: "model")
        }
        return CompletionError(
            .unknownModel, "no provider here has the model “\(model)”; see: offbook models list", field: "model")
    }

    private var allowedHint: String {
        guard let allowed = terms.allowedModels, !allowed.isEmpty else { return "" }
        return "; these are: \(allowed.prefix(20).joined(separator: ", "))"
    }
}

extension InboundRequest {
    /// - Throws: `CompletionError` where the body is no request any more.
    func limited(by terms: WorkspaceTerms) throws(CompletionError) -> InboundRequest {
        guard let most = terms.maxTokens else { return self }
        return try limited(toTokens: Int(most))
    }
}

extension ModelCard {
    /// What the library says of a model.
    init(_ model: ModelView) {
        let can = Set(model.capabilities)
        self.init(
            provider: model.provider ?? "", model: model.modelID,
            capabilities: Capabilities(
                streaming: can.contains("streaming") ? true : nil, tools: can.contains("tools") ? true : nil,
                vision: can.contains("vision") ? true : nil, maxContext: model.maxContextLength.map { Int($0) }),
            prices: model.prices.compactMap(DatedPrice.init))
    }
}

extension DatedPrice {
    /// Nil where it holds from no day.
    fileprivate init?(_ price: ModelPrice) {
        guard let start = price.startsAt else { return nil }
        let long = price.longAbove.flatMap { above in
            price.long.map { LongContext(above: Int(above), price: TokenPrice($0)) }
        }
        self.init(
            from: Int(start / 1000), standard: TokenPrice(price.standard), batch: price.batch.map { TokenPrice($0) },
            long: long)
    }
}

extension TokenPrice {
    fileprivate init(_ tier: ModelPrice.Tier) {
        self.init(
            input: tier.input.map { Int($0) }, cachedInput: tier.cachedInput.map { Int($0) },
            cacheWrite: tier.cacheWrite.map { Int($0) }, longCacheWrite: tier.longCacheWrite.map { Int($0) },
            output: tier.output.map { Int($0) })
    }
}
