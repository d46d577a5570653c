internal import AccessControl
internal import Changesets
internal import FoundationEssentials
internal import HTTPTypes
internal import PromptLibrary
internal import PromptRunning
internal import PromptTemplates

/// Models of providers, with what they can do and cost.
enum ModelRoutes {
    private static let root = "/api/v1/models"
    private static let one = root + "/{model}"

    static let all: [Route] = [
        Route(
            .get, root, .allowed(.read), "Models",
            query: [QueryField("provider", .text, "Only those of this provider, by name or id.")] + Paging.fields
        ) { call in
            let stretch = try Paging.stretch(call)
            return call.page(
                try stretch.of(call.library.models(of: call.query["provider"]).items).map(ModelResource.init), stretch)
        },
        Route(
            .post, root, .allowed(.manageWorkspace), "Add a model of a provider, or change it", status: .created,
            taking: ModelInput.self
        ) { call, input in
            guard let modelID = input.modelId ?? input.name else {
                throw APIError(.invalid, "the field “model_id” is missing", field: "model_id")
            }
            guard let provider = input.providerId else {
                throw APIError(.invalid, "the field “provider_id” is missing", field: "provider_id")
            }
            return ModelResource(
                try call.library.atomically { library in
                    let known = try library.models(of: provider).items.first { $0.modelID == modelID }
                    return try library.setModel(modelID, of: provider, input.change(of: known))
                })
        },
        Route(.get, one, .allowed(.read), "A model") { ModelResource(try find($0, try $0.library)) },
        Route(.put, one, .allowed(.manageWorkspace), "Change a model", taking: ModelInput.self, change),
        Route(.patch, one, .allowed(.manageWorkspace), "Change a model", taking: ModelInput.self, change),
        Route(.delete, one, .allowed(.manageWorkspace), "Remove a model") { call in
            try call.library.atomically { library in
                let model = try find(call, library)
                try call.requireMatch(ModelResource(model))
                try library.removeModel(model.modelID, of: model.providerID ?? "")
            }
            return DoneView(detail: "the model is removed")
        },
    ]

    private static func find(_ call: Call, _ library: Library) throws -> ModelView {
        let id = try call.hexID("model")
        guard let model = try library.models().items.first(where: { $0.id == id }) else {
            throw APIError(.notFound, "there is no such model", field: "model")
        }
        return model
    }

    private static func change(_ call: Call, _ input: ModelInput) throws -> ModelResource {
        try call.library.atomically { library in
            let model = try find(call, library)
            try call.requireMatch(ModelResource(model))
            return ModelResource(
                try library.setModel(model.modelID, of: model.providerID ?? "", input.change(of: model)))
        }
    }
}

struct ModelInput: Input, Choosing {
    var providerId: String?
    /// What the provider calls it.
    var modelId: String?
    var name: String?
    /// In place of the three below.
    var capabilities: [String]?
    var supportsStreaming: Bool?
    var supportsFunctionCalling: Bool?
    var supportsVision: Bool?
    /// In tokens.
    var maxContextLength: Int?
    /// Dollars. What is not said goes on as before.
    var inputCostPerMillion: Double?
    var cachedInputCostPerMillion: Double?
    var cacheWriteCostPerMillion: Double?
    var outputCostPerMillion: Double?
    /// Which prices these are: `standard` unless said.
    var priceTier: String?
    /// From when they hold, such as 2026-01-31; today unless said.
    var priceFrom: String?
    /// In tokens of input: above it, the prices of `long` hold.
    var longAbove: Int?
    var defaultTemperature: Double?
    var defaultMaxTokens: Int?
    var isActive: Bool?
    var isDeprecated: Bool?
    static let spellings = ["provider": "provider_id"]
    static let choices = ["price_tier": PriceTier.allCases.map(\.rawValue)]
    static let example = ModelInput(
        providerId: "0199f5c2a1b27c3d8e4f5a6b7c8d9e0f", modelId: "gpt-4o", supportsStreaming: true,
        maxContextLength: 128_000, inputCostPerMillion: 2.5, outputCostPerMillion: 10)

    /// - Parameter known: the model as it is; nil for a new one.
    fileprivate func change(of known: ModelView?) throws -> ModelChange {
        var change = ModelChange()
        change.name = name
        change.capabilities = capabilities ?? can(known)
        change.maxContextLength = maxContextLength.map { Int64($0) }
        change.prices = try price().map { new in
            new.added(to: known?.prices ?? [])
        }
        change.defaultTemperature = defaultTemperature
        change.defaultMaxTokens = defaultMaxTokens.map { Int64($0) }
        (change.isActive, change.isDeprecated) = (isActive, isDeprecated)
        return change
    }

    /// What is not said stays as it is.
    private func can(_ known: ModelView?) -> [String]? {
        let said = [
            ("streaming", supportsStreaming), ("tools", supportsFunctionCalling), ("vision", supportsVision),
        ].filter { $0.1 != nil }
        guard !said.isEmpty else { return nil }
        let names = Set(said.map(\.0))
        return (known?.capabilities ?? []).filter { !names.contains($0) } + said.filter { $0.1 == true }.map(\.0)
    }

    private func price() throws -> ModelPrice? {
        let said = [inputCostPerMillion, cachedInputCostPerMillion, cacheWriteCostPerMillion, outputCostPerMillion]
        guard said.contains(where: { $0 != nil }) || longAbove != nil else { return nil }
        return ModelPrice(
            priceTier.flatMap { PriceTier(rawValue: $0) } ?? .standard,
            ModelPrice.Tier(
                input: try Self.nanodollars(inputCostPerMillion, "input_cost_per_million"),
                cachedInput: try Self.nanodollars(cachedInputCostPerMillion, "cached_input_cost_per_million"),
                cacheWrite: try Self.nanodollars(cacheWriteCostPerMillion, "cache_write_cost_per_million"),
                output: try Self.nanodollars(outputCostPerMillion, "output_cost_per_million")),
            from: priceFrom, longAbove: longAbove.map { Int64($0) })
    }

    /// A token, out of dollars for a million of them.
    private static func nanodollars(_ dollars: Double?, _ field: String) throws -> Int64? {
        guard let dollars else { return nil }
        guard (0...1_000_000).contains(dollars) else {
            throw APIError(.invalid, "\(field) is of 0 to 1000000 dollars", field: field)
        }
        return Int64((dollars * 1000).rounded())
    }
}

struct ModelResource: View {
    var id: String
    var providerId: String?
    var provider: String?
    var modelId: String
    var name: String
    var capabilities: [String]
    var supportsStreaming: Bool
    var supportsFunctionCalling: Bool
    var supportsVision: Bool
    var maxContextLength: Int64?
    /// Dollars, as it is today; nil where that is not known.
    var inputCostPerMillion: Double?
    var outputCostPerMillion: Double?
    /// All that is known of what it costs and has cost.
    var prices: [PriceResource]
    var defaultTemperature: Double?
    var defaultMaxTokens: Int64?
    var isActive: Bool
    var isDeprecated: Bool
    var createdAt: String

    init(_ view: ModelView) {
        (id, providerId, provider) = (view.id, view.providerID, view.provider)
        (modelId, name, capabilities) = (view.modelID, view.name, view.capabilities)
        supportsStreaming = capabilities.contains("streaming")
        supportsFunctionCalling = capabilities.contains("tools")
        supportsVision = capabilities.contains("vision")
        maxContextLength = view.maxContextLength
        let price = view.price(at: Int64(Date.now.timeIntervalSince1970 * 1000))
        inputCostPerMillion = price?.standard.input.map { Double($0) / 1000 }
        outputCostPerMillion = price?.standard.output.map { Double($0) / 1000 }
        prices = view.prices.map(PriceResource.init)
        (defaultTemperature, defaultMaxTokens) = (view.defaultTemperature, view.defaultMaxTokens)
        (isActive, isDeprecated, createdAt) = (view.isActive, view.isDeprecated, isoTime(view.createdAt))
    }
}

/// Dollars for a million tokens; nil where it is not known.
struct PriceResource: View {
    var from: String
    var input: Double?
    var cachedInput: Double?
    var cacheWrite: Double?
    var output: Double?
    var batch: TierResource?
    var long: TierResource?
    /// In tokens of input: above it, `long` holds.
    var longAbove: Int64?

    init(_ price: ModelPrice) {
        let standard = TierResource(price.standard)
        (from, longAbove) = (price.from, price.longAbove)
        (input, cachedInput) = (standard.input, standard.cachedInput)
        (cacheWrite, output) = (standard.cacheWrite, standard.output)
        (batch, long) = (price.batch.map(TierResource.init), price.long.map(TierResource.init))
    }
}

/// The same.
struct TierResource: View {
    var input: Double?
    var cachedInput: Double?
    var cacheWrite: Double?
    var output: Double?

    init(_ tier: ModelPrice.Tier) {
        let dollars = { (nano: Int64?) in nano.map { Double($0) / 1000 } }
        (input, cachedInput) = (dollars(tier.input), dollars(tier.cachedInput))
        (cacheWrite, output) = (dollars(tier.cacheWrite), dollars(tier.output))
    }
}
