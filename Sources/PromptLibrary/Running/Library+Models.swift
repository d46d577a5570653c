internal import Changesets
internal import PromptTemplates
internal import ReplicaStore

/// A model that a provider runs.
package struct ModelView: Encodable, Sendable, Equatable {
    package var id: String
    package var providerID: String?
    package var provider: String?
    /// What the provider calls it.
    package var modelID: String
    package var name: String
    /// Such as streaming, tools and vision.
    package var capabilities: [String]
    /// In tokens; nil where it is not known.
    package var maxContextLength: Int64?
    /// From the oldest on.
    package var prices: [ModelPrice]
    package var defaultTemperature: Double?
    package var defaultMaxTokens: Int64?
    package var isActive: Bool
    package var isDeprecated: Bool
    /// Unix milliseconds.
    package var createdAt: Int64

    enum CodingKeys: String, CodingKey {
        case id, provider, name, capabilities, prices
        case providerID = "provider_id"
        case modelID = "model_id"
        case maxContextLength = "max_context_length"
        case defaultTemperature = "default_temperature"
        case defaultMaxTokens = "default_max_tokens"
        case isActive = "is_active"
        case isDeprecated = "is_deprecated"
        case createdAt = "created_at"
    }

    init(_ record: ModelRecord, provider: ProviderRecord?) {
        id = record.id.hex
        providerID = record.provider?.hex
        self.provider = provider?.name
        modelID = record.modelID
        name = record.name.isEmpty ? record.modelID : record.name
        capabilities = TemplateValue.texts(record.capabilities) ?? []
        maxContextLength = record.maxContextLength
        prices = ModelPrice.reading(record.prices)
        defaultTemperature = Double(record.defaultTemperature)
        defaultMaxTokens = record.defaultMaxTokens
        isActive = record.isActive
        isDeprecated = record.isDeprecated
        createdAt = record.createdAt
    }

    /// The one that holds at a time.
    ///
    /// - Parameter time: Unix milliseconds.
    /// - Returns: nil where none is known.
    package func price(at time: Int64) -> ModelPrice? {
        prices.last { price in price.startsAt.map { $0 <= time } ?? false }
    }
}

/// What is to be changed of a model; nil leaves it as it is.
package struct ModelChange: Sendable {
    package var name: String?
    package var capabilities: [String]?
    package var maxContextLength: Int64?
    /// All of them.
    package var prices: [ModelPrice]?
    /// 0 to 2.
    package var defaultTemperature: Double?
    /// At least 1.
    package var defaultMaxTokens: Int64?
    package var isActive: Bool?
    package var isDeprecated: Bool?

    package init() {}

    /// - Throws: `invalid`.
    func columns() throws -> [String: Value] {
        var values: [String: Value] = [:]
        if let name {
            try LibraryError.check(name: name)
            values["name"] = .text(name)
        }
        if let capabilities {
            for capability in capabilities { try LibraryError.check(name: capability) }
            values["capabilities"] = .text(try TemplateValue.list(capabilities.map { .text($0) }).json())
        }
        if let maxContextLength {
            values["max_context_length"] = .integer(try Self.positive(maxContextLength, "max_context_length"))
        }
        if let prices {
            for price in prices { try price.check() }
            values["prices"] = .text(try ModelPrice.text(prices))
        }
        if let defaultTemperature {
            values["default_temperature"] = .text(try LibraryError.temperature(defaultTemperature))
        }
        if let defaultMaxTokens {
            values["default_max_tokens"] = .integer(try Self.positive(defaultMaxTokens, "default_max_tokens"))
        }
        if let isActive { values["is_active"] = .integer(isActive ? 1 : 0) }
        if let isDeprecated { values["is_deprecated"] = .integer(isDeprecated ? 1 : 0) }
        return values
    }

    static func positive(_ value: Int64, _ name: String) throws -> Int64 {
        guard value > 0 else { throw LibraryError(.invalid, "\(name) is at least 1") }
        return value
    }
}

extension Library {
    /// - Parameter provider: nil for those of all.
    package func models(of provider: String? = nil, _ page: PageRequest = PageRequest()) throws -> Listing<ModelView> {
        try replica.read { reading in
            let providers = try reading.providers()
            let wanted = try provider.map { try reading.resolveProvider($0).id }
            return try page.page(
                of: reading.models(of: wanted).map { model in
                    ModelView(model, provider: providers.first { $0.id == model.provider })
                })
        }
    }

    /// Adds a model, or changes the one that the provider calls so.
    @discardableResult
    package func setModel(_ modelID: String, of provider: String, _ change: ModelChange) throws -> ModelView {
        try LibraryError.check(name: modelID)
        var values = try change.columns()
        return try replica.write { transaction in
            let provider = try transaction.reading.resolveProvider(provider)
            if let known = try transaction.reading.model(modelID, of: provider) {
                if !values.isEmpty { try transaction.update(.models, known.id, values) }
            } else {
                let key = [provider.id.bytes, Array(modelID.utf8)]
                values.merge(
                    [
                        "provider_id": .blob(provider.id), "model": .text(modelID),
                        "created_at": .integer(transaction.now),
                    ]
                ) { $1 }
                try transaction.insert(into: .models, .derived(table: SyncedTable.models.name, key: key), values)
            }
            guard let row = try transaction.reading.model(modelID, of: provider) else {
                throw LibraryError(.notFound, "the model “\(modelID)” is not here any more")
            }
            return ModelView(row, provider: provider)
        }
    }

    package func removeModel(_ modelID: String, of provider: String) throws {
        try replica.write { transaction in
            let provider = try transaction.reading.resolveProvider(provider)
            guard let model = try transaction.reading.model(modelID, of: provider) else {
                let names = try transaction.reading.models(of: provider.id).map(\.modelID)
                throw LibraryError.missing("model", modelID, among: names, otherwise: "see: offbook models list")
            }
            try transaction.delete(from: .models, model.id)
        }
    }
}

extension ReadTransaction {
    fileprivate func model(_ modelID: String, of provider: ProviderRecord) throws -> ModelRecord? {
        try models(of: provider.id).first { $0.modelID.utf8.elementsEqual(modelID.utf8) }
    }
}

extension TemplateValue {
    /// A JSON list of texts; nil for anything else.
    static func texts(_ json: String) -> [String]? {
        guard case .list(let elements)? = try? TemplateValue(json: json.utf8) else { return nil }
        let texts = elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return texts.count == elements.count ? texts : nil
    }
}

extension LibraryError {
    /// As JSON writes it.
    static func temperature(_ value: Double) throws -> String {
        guard (0...2).contains(value) else { throw LibraryError(.invalid, "a temperature is 0 to 2") }
        return value == value.rounded() ? String(Int(value)) : String(value)
    }
}
