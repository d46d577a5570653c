internal import Changesets
internal import Completions
internal import DirectoryStore
internal import HTTPTypes
internal import PromptLibrary
internal import PromptRunning
internal import PromptTemplates

/// A client's request of the gateway: in the format of its SDK, with two fields more. `prompt` names one of the
/// library, whose messages come before the request's own; `cache` says whether an answer that is kept will do.
struct GatewayRequest: Sendable {
    var inbound: InboundRequest
    var prompt: RowID?
    var version: RowID?
    var cacheUse = CompletionCall.CacheUse.whereDeterministic

    private static let fields: Set<String> = ["prompt", "cache"]

    /// On a thread of its own only where the library is asked.
    ///
    /// - Throws: `CompletionError`, or what the library says of the prompt.
    static func read(_ format: WireFormat, _ call: Call, _ catalog: ModelCatalog) async throws -> GatewayRequest {
        let document = try document(call.body)
        guard fields.contains(where: document.has) else {
            return GatewayRequest(inbound: try InboundRequest(format, call.body))
        }
        return try await call.api.workers.perform(call.route) {
            try GatewayRequest(format, document, call, catalog)
        }
    }

    private init(inbound: InboundRequest) { self.inbound = inbound }

    private init(_ format: WireFormat, _ document: JSONDocument, _ call: Call, _ catalog: ModelCatalog) throws {
        var object = try document.whole()
        if let cache = object["cache"]?.boolean { cacheUse = cache ? .always : .never }
        let asked = object["prompt"]
        for name in Self.fields { object[name] = nil }
        guard let asked else {
            inbound = try InboundRequest(format, JSONValue.object(object).bytes)
            return
        }
        let rendered = try call.library.render(Self.request(asked))
        version = RowID(hex: rendered.versionID)
        prompt = try version.flatMap(call.library.prompt(ofVersion:))
        inbound = try Self.inbound(format, object, rendered, catalog)
    }

    private static func document(_ body: [UInt8]) throws -> JSONDocument {
        do {
            return try JSONDocument(body)
        } catch {
            throw CompletionError(.invalidRequest, "the body is \(error)")
        }
    }

    /// `{"name": …, "label": …, "version": …, "variables": {…}}`, or a name alone.
    private static func request(_ asked: JSONValue) throws -> RenderRequest {
        let fields = asked.object ?? JSONObject()
        guard let name = asked.text ?? fields["name"]?.text ?? fields["id"]?.text else {
            throw CompletionError(.invalidRequest, "it names no prompt", field: "prompt.name")
        }
        var request = RenderRequest(name: name)
        (request.label, request.version) = (fields["label"]?.text, fields["version"]?.text)
        if let variables = fields["variables"] {
            guard case .object(let values)? = try? TemplateValue(json: variables.bytes) else {
                throw CompletionError(.invalidRequest, "it has to be an object", field: "prompt.variables")
            }
            request.values = values
        }
        return request
    }

    /// What the request says itself stands before what the prompt says.
    private static func inbound(
        _ format: WireFormat, _ object: JSONObject, _ rendered: RenderedPrompt, _ catalog: ModelCatalog
    ) throws -> InboundRequest {
        var (object, own) = (object, object["messages"]?.list ?? [])
        var system: [String] = []
        var spoken: [JSONValue] = []
        for message in rendered.messages ?? [ChatMessage(role: .user, content: rendered.text)] {
            let isSystem = message.role == .system || message.role == .developer
            if isSystem, format == .anthropic {
                system.append(message.content)
            } else {
                spoken.append(["role": .text(message.role.rawValue), "content": .text(message.content)])
            }
        }
        own = spoken + own
        object["messages"] = .list(own)
        if !system.isEmpty, object["system"] == nil { object["system"] = .text(system.joined(separator: "\n\n")) }
        for (name, value) in rendered.settings where Self.passedOn.contains(name) && object[name] == nil {
            if let json = try? JSONValue(value.json().utf8) { object[name] = json }
        }
        if object["model"] == nil, let model = catalog.terms.defaultModel { object["model"] = .text(model) }
        return try InboundRequest(format, JSONValue.object(object).bytes)
    }

    /// Settings of a version that both formats have.
    private static let passedOn: Set<String> = ["model", "temperature", "max_tokens", "top_p"]
}
