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
    /// That of the prompt, where a policy of a project may hold.
    var project: RowID?
    var kind = UsageKind.completion
    var cacheUse = CompletionCall.CacheUse.whereDeterministic

    private static let fields: Set<String> = ["prompt", "cache"]

    /// On a thread of its own only where the library is asked.
    ///
    /// - Throws: `CompletionError`, or what the library says of the prompt.
    static func read(_ format: WireFormat, _ call: Call, _ catalog: ModelCatalog) async throws -> GatewayRequest {
        let document = try document(call.body)
        guard fields.contains(where: document.has) else {
            return try await GatewayRequest(
                NodeFacts(call.headers), InboundRequest(format, call.body), call, catalog)
        }
        return try await call.api.workers.perform(call.route) {
            try GatewayRequest(format, document, call, catalog)
        }
    }

    /// What a node says in headers of a request that it made of a prompt.
    private struct NodeFacts {
        var version: RowID?
        var kind: UsageKind

        init(_ headers: HTTPFields) {
            let value = { (name: String) in HTTPField.Name(name).flatMap { headers[$0] } }
            version = value(ServerRoute.versionHeader).flatMap { RowID(hex: $0) }
            kind = value(ServerRoute.kindHeader) == UsageKind.test.rawValue ? .test : .completion
        }
    }

    private init(
        _ facts: NodeFacts, _ inbound: InboundRequest, _ call: Call, _ catalog: ModelCatalog
    ) async throws {
        self.inbound = inbound
        kind = facts.kind
        guard facts.version != nil else { return }
        self = try await call.api.workers.perform(call.route) { [self] in try taking(facts, call, catalog) }
    }

    /// A version that is not there, or not for this caller, is none.
    private func taking(_ facts: NodeFacts, _ call: Call, _ catalog: ModelCatalog) throws -> GatewayRequest {
        var request = self
        request.kind = facts.kind
        guard let version = facts.version, let prompt = try call.library.prompt(ofVersion: version) else {
            return request
        }
        (request.prompt, request.version) = (prompt, version)
        request.project = try catalog.project(of: prompt, in: call.library)
        return request
    }

    private init(_ format: WireFormat, _ document: JSONDocument, _ call: Call, _ catalog: ModelCatalog) throws {
        var object = try document.whole()
        if let cache = object["cache"]?.boolean { cacheUse = cache ? .always : .never }
        let asked = object["prompt"]
        for name in Self.fields { object[name] = nil }
        guard let asked else {
            inbound = try InboundRequest(format, JSONValue.object(object).bytes)
            self = try taking(NodeFacts(call.headers), call, catalog)
            return
        }
        let rendered = try call.library.render(Self.request(asked))
        version = RowID(hex: rendered.versionID)
        prompt = try version.flatMap(call.library.prompt(ofVersion:))
        project = try catalog.project(of: prompt, in: call.library)
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

    /// What the request says itself stands before what the prompt says, and its messages after the prompt's.
    private static func inbound(
        _ format: WireFormat, _ own: JSONObject, _ rendered: RenderedPrompt, _ catalog: ModelCatalog
    ) throws -> InboundRequest {
        let opening = PromptOpening(rendered, catalog.terms)
        guard let model = own["model"]?.text ?? opening.model else {
            throw CompletionError(
                .invalidRequest, "neither it, nor the prompt, nor the workspace says one", field: "model")
        }
        var chat = ChatRequest(model: model, system: opening.system, messages: opening.messages)
        chat.sampling = opening.sampling
        var object = try InboundRequest(format, chat).document.whole()
        let messages = (object["messages"]?.list ?? []) + (own["messages"]?.list ?? [])
        if own["max_completion_tokens"] != nil { object["max_tokens"] = nil }
        for member in own.members { object[member.name] = member.value }
        object["messages"] = .list(messages)
        return try InboundRequest(format, JSONValue.object(object).bytes)
    }
}
