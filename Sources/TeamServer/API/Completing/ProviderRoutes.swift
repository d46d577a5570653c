internal import AccessControl
internal import Changesets
internal import Completions
internal import DirectoryStore
internal import HTTPTypes
internal import PromptLibrary
internal import PromptRunning
internal import PromptTemplates
internal import ReplicaStore

/// Who runs models. Their keys are on this server alone, and no answer has one.
enum ProviderRoutes {
    private static let root = "/api/v1/providers"
    private static let one = root + "/{provider}"

    static let all: [Route] = [
        Route(.get, root, .allowed(.read), "Providers", query: Paging.fields) { call in
            let stretch = try Paging.stretch(call)
            let found = try stretch.of(call.library.providers().items)
            return call.page(try found.map { try ProviderResource($0, call) }, stretch)
        },
        Route(
            .post, root, .allowed(.manageWorkspace), "Add a provider", status: .created, taking: ProviderInput.self
        ) { call, input in try add(call, input) },
        Route(.get, one, .allowed(.read), "A provider") { try show($0) },
        Route(.patch, one, .allowed(.manageWorkspace), "Change a provider", taking: ProviderInput.self, change),
        Route(.delete, one, .allowed(.manageWorkspace), "Remove a provider, with its models and its key") { call in
            let (id, library) = (try call.hexID("provider"), try call.library)
            try call.requireMatch(show(call))
            try library.removeProvider(id)
            try call.providerKeys.remove(call.keyID(id))
            return DoneView(detail: "the provider is removed")
        },
        Route.waiting(
            .post, one + "/test", .allowed(.manageWorkspace), "Ask a provider whether it is there, and holds its key",
            test),
    ]

    private static func show(_ call: Call) throws -> ProviderResource {
        try ProviderResource(call.library.provider(call.hexID("provider")), call)
    }

    private static func add(_ call: Call, _ input: ProviderInput) throws -> ProviderResource {
        guard let name = input.name else { throw APIError(.invalid, "the field “name” is missing", field: "name") }
        let kind = try input.kind ?? .custom
        var change = input.change(kind)
        change.baseURL = change.baseURL ?? ProviderInput.usualURL(kind)
        let made = try call.library.addProvider(name, kind, change)
        try setKey(input.apiKey, of: made, call)
        return try ProviderResource(made, call)
    }

    private static func change(_ call: Call, _ input: ProviderInput) throws -> ProviderResource {
        try call.requireMatch(show(call))
        let changed = try call.library.changeProvider(call.hexID("provider"), input.change(input.kind))
        try setKey(input.apiKey, of: changed, call)
        return try ProviderResource(changed, call)
    }

    private static func setKey(_ key: String?, of provider: ProviderView, _ call: Call) throws {
        guard let key else { return }
        do {
            try call.providerKeys.set(
                key, of: call.keyID(provider.id), name: provider.name, baseURL: provider.baseURL)
        } catch let error as ReplicaError where error.code == .invalid {
            throw APIError(.invalid, error.message, field: "api_key")
        }
        try call.gateway.catalogs.forget(call.workspace)
    }

    /// That it is not there is an answer too.
    private static func test(_ call: Call) async throws -> ProviderTestView {
        let gateway = try call.gateway
        let (view, provider) = try await call.api.workers.perform(call.route) {
            let view = try call.library.provider(call.hexID("provider"))
            return (view, gateway.sources.provider(view, in: try call.workspaceID))
        }
        guard let provider else {
            return ProviderTestView(
                error: "“\(view.name)” can't be asked from this server: its kind is not spoken here, or its address is "
                    + "private, which only the server's setting private-providers allows")
        }
        do {
            let check = try await call.whileClientStays { try await gateway.engine.upstream.check(provider) }
            return ProviderTestView(
                isOk: true, models: check.models,
                latencyMs: Int64(check.latency.milliseconds))
        } catch let error as CompletionError {
            return ProviderTestView(error: "\(error)")
        }
    }
}

extension Call {
    fileprivate var providerKeys: ProviderKeys { get throws { ProviderKeys(try team.operations.data) } }

    /// By which the key of a workspace's provider lies here.
    fileprivate func keyID(_ provider: String) throws -> RowID {
        guard let id = RowID(hex: provider) else {
            throw AccountError(.notFound, "there is nothing of that id", field: "provider")
        }
        return try ProviderSources.keyID(of: id, in: workspaceID)
    }
}

struct ProviderInput: Input, Choosing {
    var name: String?
    var providerType: String?
    var apiBaseUrl: String?
    /// Goes to this server alone, and is never shown.
    var apiKey: String?
    /// An object, without secrets.
    var config: TemplateValue?
    var isActive: Bool?
    var isDefault: Bool?
    static let spellings = ["kind": "provider_type", "type": "provider_type", "base_url": "api_base_url"]
    static let choices = ["provider_type": ProviderKind.allCases.map(\.rawValue)]
    static let example = ProviderInput(
        name: "openai", providerType: "openai", apiKey: "sk-…")

    fileprivate var kind: ProviderKind? {
        get throws {
            guard let providerType else { return nil }
            guard let kind = ProviderKind(rawValue: providerType) else {
                let kinds = ProviderKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError(.invalid, "a provider's type is one of: \(kinds)", field: "provider_type")
            }
            return kind
        }
    }

    fileprivate func change(_ kind: ProviderKind?) -> ProviderChange {
        ProviderChange(
            name: name, kind: kind, baseURL: apiBaseUrl, config: config, isActive: isActive,
            isDefault: isDefault)
    }

    /// Of those that have one.
    fileprivate static func usualURL(_ kind: ProviderKind) -> String? {
        switch kind {
        case .openai: "https://api.openai.com/v1"
        case .anthropic: "https://api.anthropic.com/v1"
        default: nil
        }
    }
}

struct ProviderResource: View {
    var id: String
    var name: String
    var providerType: String
    var apiBaseUrl: String
    var config: TemplateValue
    var isActive: Bool
    var isDefault: Bool
    /// Whether this server has a key for it.
    var hasKey: Bool
    /// The key's last characters; empty for a short one.
    var keyEnding: String?
    var createdAt: String

    fileprivate init(_ view: ProviderView, _ call: Call) throws {
        (id, name, providerType, apiBaseUrl) = (view.id, view.name, view.kind, view.baseURL)
        (config, isActive, isDefault) = (view.config, view.isActive, view.isDefault)
        let (keys, key) = (try call.providerKeys.list(), try call.keyID(view.id))
        keyEnding = keys.first { $0.provider == key }?.ending
        hasKey = keyEnding != nil
        createdAt = isoTime(view.createdAt)
    }
}

struct ProviderTestView: View {
    var isOk = false
    /// Those that it lists.
    var models: [String] = []
    var latencyMs: Int64?
    var error: String?
}
