package import Changesets
package import Completions
package import PromptLibrary
package import ReplicaStore

/// Where the providers of a node come from: the rows of a library with the keys that are sealed on this machine,
/// and the environment.
package struct ProviderSources: Sendable {
    package var keys: ProviderKeys
    package var environment: @Sendable (String) -> String?
    /// Whether providers of a library may be at addresses of this machine or its network. On a server they may not
    /// unless its operator says so, as whoever administers a workspace could reach what only the server reaches.
    package var allowsPrivateAddresses: Bool
    /// Whether each workspace has keys of its own, as on a server: there, those of two workspaces may be of people
    /// who have nothing to do with one another.
    package var separatesWorkspaces = false

    package init(
        keys: ProviderKeys, allowsPrivateAddresses: Bool, environment: @escaping @Sendable (String) -> String?
    ) {
        (self.keys, self.allowsPrivateAddresses, self.environment) = (keys, allowsPrivateAddresses, environment)
    }

    /// - Parameter withMachines: whether the providers that this machine's environment names are among them.
    package func catalog(of library: Library, withMachines: Bool = true) throws -> ModelCatalog {
        let models = Dictionary(grouping: try library.models().items) { $0.providerID ?? "" }
        let workspace = try library.workspace
        let own = try library.providers().items.filter(\.isActive).compactMap { view in
            provider(view, in: workspace).map {
                ModelCatalog.Offer(provider: $0, isDefault: view.isDefault, models: models[view.id] ?? [])
            }
        }
        let names = Set(own.map(\.provider.name))
        let others = (withMachines ? Self.known : []).compactMap { $0.offer(environment) }.filter {
            !names.contains($0.provider.name)
        }
        return ModelCatalog(
            offers: own + others, terms: try library.workspaceTerms(), levels: LevelTable(try library.preferred()),
            policies: try library.standingPolicies())
    }

    /// Nil for one that can't be asked from here.
    package func provider(_ view: ProviderView, in workspace: RowID?) -> Provider? {
        guard let row = view.rowID, let format = ProviderKind(rawValue: view.kind)?.format,
            allowsPrivateAddresses || !PrivateAddress.isPrivate(url: view.baseURL)
        else { return nil }
        let id = separatesWorkspaces ? Self.keyID(of: row, in: workspace) : row
        let (keys, url, name) = (keys, view.baseURL, view.name)
        let hasKey = (try? keys.list().contains { $0.provider == id }) ?? true
        let source: Provider.KeySource =
            hasKey
            ? .sealed {
                guard let key = try keys.open(id, baseURL: url) else {
                    throw CompletionError(.keyRefused, "the provider \(name) has no key on this machine")
                }
                return Secret(key)
            } : .none
        return try? Provider(name: name, format: format, base: url, key: source)
    }

    /// By which a provider's key lies where workspaces are kept apart: providers of one name have one id in all of them.
    package static func keyID(of provider: RowID, in workspace: RowID?) -> RowID {
        .derived(table: "provider_keys", key: [workspace?.bytes ?? [], provider.bytes])
    }

    /// A provider that is there where the environment says so.
    private struct Known: Sendable {
        var name: String
        var format: WireFormat
        var base: String?
        var baseVariable: String
        /// Nil for one that asks for no key.
        var keyVariable: String?

        func offer(_ environment: @escaping @Sendable (String) -> String?) -> ModelCatalog.Offer? {
            let value = { @Sendable (name: String) in environment(name).flatMap { $0.isEmpty ? nil : $0 } }
            guard value(keyVariable ?? baseVariable) != nil, let base = value(baseVariable) ?? base,
                let provider = try? Provider(
                    name: name, format: format, base: base, key: keyVariable.map { .environment($0) } ?? .none)
            else { return nil }
            return ModelCatalog.Offer(provider: provider, isDefault: false, models: [])
        }
    }

    /// By the variables that their own clients read.
    private static let known = [
        Known(
            name: "openai", format: .openai, base: "https://api.openai.com/v1", baseVariable: "OPENAI_BASE_URL",
            keyVariable: "OPENAI_API_KEY"),
        Known(
            name: "anthropic", format: .anthropic, base: "https://api.anthropic.com/v1",
            baseVariable: "ANTHROPIC_BASE_URL", keyVariable: "ANTHROPIC_API_KEY"),
        Known(
            name: "local", format: .openai, base: nil, baseVariable: "OFFBOOK_LOCAL_MODELS", keyVariable: nil),
    ]
}

extension LevelTable {
    /// Those that are preferred.
    fileprivate init(_ preferred: [Preference: String]) {
        let named = EffortLevel.allCases.compactMap { level in
            Preference(rawValue: "level.\(level.rawValue)").flatMap { preferred[$0] }.map { (level, $0) }
        }
        self.init(Dictionary(uniqueKeysWithValues: named))
    }
}

extension ProviderKind {
    /// Nil for those whose interface is not spoken here; many of them have one like OpenAI's, and are `custom` then.
    package var format: WireFormat? {
        switch self {
        case .openai, .custom: .openai
        case .anthropic: .anthropic
        case .google, .cohere, .huggingface: nil
        }
    }
}
