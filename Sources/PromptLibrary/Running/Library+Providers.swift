package import Changesets
package import PromptTemplates
internal import ReplicaStore

/// Whose interface a provider speaks.
package enum ProviderKind: String, Sendable, Codable, CaseIterable {
    case openai, anthropic, google, cohere, huggingface, custom
}

/// Who runs models. Its key is in no library: see ``ProviderKeys``.
package struct ProviderView: Encodable, Sendable, Equatable {
    package var id: String
    package var name: String
    /// Of a newer Offbook, one that is not known here.
    package var kind: String
    package var baseURL: String
    package var config: TemplateValue
    package var isActive: Bool
    package var isDefault: Bool
    /// Unix milliseconds.
    package var createdAt: Int64

    package var rowID: RowID? { RowID(hex: id) }

    enum CodingKeys: String, CodingKey {
        case id, name, kind, config
        case baseURL = "base_url"
        case isActive = "is_active"
        case isDefault = "is_default"
        case createdAt = "created_at"
    }

    init(_ record: ProviderRecord) {
        id = record.id.hex
        name = record.name
        kind = record.kind
        baseURL = record.baseURL
        config = (try? TemplateValue(json: record.config.utf8)) ?? .object([:])
        isActive = record.isActive
        isDefault = record.isDefault
        createdAt = record.createdAt
    }
}

/// What is to be changed of a provider; nil leaves it as it is.
package struct ProviderChange: Sendable {
    package var name: String?
    package var kind: ProviderKind?
    package var baseURL: String?
    /// An object, without secrets.
    package var config: TemplateValue?
    package var isActive: Bool?
    /// Whoever was the default is so no more.
    package var isDefault: Bool?

    package init(
        name: String? = nil, kind: ProviderKind? = nil, baseURL: String? = nil, config: TemplateValue? = nil,
        isActive: Bool? = nil, isDefault: Bool? = nil
    ) {
        self.name = name
        self.kind = kind
        self.baseURL = baseURL
        self.config = config
        self.isActive = isActive
        self.isDefault = isDefault
    }

    /// - Throws: `invalid`.
    func columns() throws -> [String: Value] {
        var values: [String: Value] = [:]
        if let name {
            try LibraryError.check(name: name)
            values["name"] = .text(name)
        }
        if let kind { values["kind"] = .text(kind.rawValue) }
        if let baseURL { values["base_url"] = .text(try Self.checked(baseURL)) }
        if let config { values["config"] = .text(try Self.checked(config)) }
        if let isActive { values["is_active"] = .integer(isActive ? 1 : 0) }
        if let isDefault { values["is_default"] = .integer(isDefault ? 1 : 0) }
        return values
    }

    private static func checked(_ url: String) throws -> String {
        guard !ProviderAddress.holdsSecret(url) else { throw LibraryError(.invalid, ProviderAddress.secretObjection) }
        guard ProviderAddress.origin(url) != nil else {
            throw LibraryError(.invalid, "“\(url)” is no base URL: it takes one such as https://api.example.org/v1")
        }
        return url
    }

    /// All in the workspace read it: what looks like a secret belongs elsewhere.
    private static func checked(_ config: TemplateValue) throws -> String {
        guard case .object = config else { throw LibraryError(.invalid, "a provider's config is a JSON object") }
        if let name = secretName(in: config) {
            throw LibraryError(
                .invalid, "“\(name)” in the config looks like a secret; give keys with offbook providers key")
        }
        let text = try config.json()
        let (bytes, most) = (text.utf8.count, LibraryLimits.settingsBytesMax)
        guard bytes <= most else {
            throw LibraryError(.invalid, "the config has \(bytes) bytes; at most \(most) are allowed")
        }
        return text
    }

    private static func secretName(in value: TemplateValue) -> String? {
        switch value {
        case .list(let elements): elements.lazy.compactMap(secretName).first
        case .object(let members):
            members.keys.sorted().first(where: isSecret) ?? members.values.lazy.compactMap(secretName).first
        case .null, .boolean, .number, .text: nil
        }
    }

    private static func isSecret(_ name: String) -> Bool {
        let letters = name.lowercased().filter(\.isLetter)
        let words = ["apikey", "secret", "password", "authorization", "accesstoken", "authtoken", "bearer"]
        return letters == "key" || letters == "token" || words.contains(where: letters.contains)
    }
}

extension Library {
    package func providers(_ page: PageRequest = PageRequest()) throws -> Listing<ProviderView> {
        try replica.read { reading in try page.page(of: reading.providers().map { ProviderView($0) }) }
    }

    package func provider(_ name: String) throws -> ProviderView {
        try replica.read { try ProviderView($0.resolveProvider(name)) }
    }

    /// The id derives from the name: the same provider, added on two nodes, is one.
    ///
    /// - Throws: `conflict`, `invalid`; `ReplicaError.denied` for who is no admin.
    package func addProvider(_ name: String, _ kind: ProviderKind, _ change: ProviderChange) throws -> ProviderView {
        var change = change
        (change.name, change.kind) = (name, kind)
        let values = try change.columns()
        guard change.baseURL != nil else { throw LibraryError(.invalid, "a provider has a base URL; say which") }
        return try replica.write { transaction in
            let known = try transaction.reading.providers()
            guard !known.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                throw LibraryError(.conflict, "there is a provider “\(name)” already")
            }
            let derived = RowID.derived(table: SyncedTable.providers.name, key: [Array(name.utf8)])
            let id = known.contains { $0.id == derived } ? transaction.newID() : derived
            try transaction.insert(
                into: .providers, id, values.merging(["created_at": .integer(transaction.now)]) { $1 })
            return try transaction.settled(id, change)
        }
    }

    package func changeProvider(_ name: String, _ change: ProviderChange) throws -> ProviderView {
        let values = try change.columns()
        return try replica.write { transaction in
            let provider = try transaction.reading.resolveProvider(name)
            if let new = change.name {
                let isTaken = try transaction.reading.providers().contains {
                    $0.id != provider.id && $0.name.utf8.elementsEqual(new.utf8)
                }
                guard !isTaken else { throw LibraryError(.conflict, "there is a provider “\(new)” already") }
            }
            if !values.isEmpty { try transaction.update(.providers, provider.id, values) }
            return try transaction.settled(provider.id, change)
        }
    }

    /// Its models go with it.
    package func removeProvider(_ name: String) throws {
        try replica.write { transaction in
            let provider = try transaction.reading.resolveProvider(name)
            for model in try transaction.reading.models(of: provider.id) {
                try transaction.delete(from: .models, model.id)
            }
            try transaction.delete(from: .providers, provider.id)
        }
    }
}

extension ReadTransaction {
    func resolveProvider(_ name: String) throws -> ProviderRecord {
        let all = try providers()
        if let id = wholeID(name), let provider = all.first(where: { $0.id == id }) { return provider }
        let found = all.filter { $0.name.utf8.elementsEqual(name.utf8) }
        guard found.count < 2 else {
            let ids = found.map { shortID($0.id) }.joined(separator: ", ")
            throw LibraryError(.ambiguous, "several providers are named “\(name)”; name one by its id: \(ids)")
        }
        if let provider = found.first { return provider }
        let digits = idDigits(name)?.lowercased()
        let like =
            digits.map { digits in all.filter { $0.id.hex.hasPrefix(digits) || $0.id.hex.hasSuffix(digits) } } ?? []
        guard like.count == 1, let provider = like.first else {
            throw LibraryError.missing(
                "provider", name, among: all.map(\.name), otherwise: "see: offbook providers list")
        }
        return provider
    }
}

extension WriteTransaction {
    fileprivate func settled(_ id: RowID, _ change: ProviderChange) throws -> ProviderView {
        if change.isDefault == true {
            for other in try reading.providers() where other.isDefault && other.id != id {
                try update(.providers, other.id, ["is_default": .integer(0)])
            }
        }
        return try ProviderView(reading.resolveProvider(id.hex))
    }
}
