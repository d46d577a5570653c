internal import AccessControl
internal import Changesets
internal import Completions
internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import PromptLibrary
internal import PromptRunning
internal import ReplicaStore

/// The interfaces of OpenAI and Anthropic, which their own clients use unchanged.
enum GatewayRoutes {
    static let all: [Route] = [
        Route(
            .post, "/v1/chat/completions", .allowed(.use), "Complete a chat, as OpenAI's interface does",
            gateway: .openai, taking: InputShape(ChatCompletionInput.self)
        ) { try await answer($0, .openai) },
        Route(
            .post, "/v1/messages", .allowed(.use), "Complete a chat, as Anthropic's interface does",
            gateway: .anthropic, taking: InputShape(MessagesInput.self)
        ) { try await answer($0, .anthropic) },
        Route(.get, "/v1/models", .allowed(.read), "The models that can be named", gateway: .openai, models),
    ]

    private static func answer(_ call: Call, _ format: WireFormat) async throws -> Answer {
        let gateway = try call.gateway
        let (workspace, caller) = (try call.workspace, try call.caller)
        let catalog = try await gateway.catalogs.catalog(of: workspace)
        let request = try await GatewayRequest.read(format, call, catalog)
        let use = GatewayUse(
            workspace: workspace, user: try await call.user(), prompt: request.prompt, version: request.version,
            project: request.project, kind: request.kind)
        let service = GatewayService(gateway: gateway, account: caller.account, use: use, catalog: catalog)
        var completion = try service.call(request.inbound)
        (completion.cacheUse, completion.headers) = (request.cacheUse, passedOn(call.headers))
        return try await Self.answer(completion, service.engine, call)
    }

    static func answer(
        _ completion: CompletionCall, _ engine: CompletionEngine, _ call: Call
    ) async throws -> Answer {
        guard completion.request.isStreaming else {
            let answer = try await call.whileClientStays { try await engine.complete(completion) }
            return Answer(status: .ok, headers: headers(answer.summary), body: answer.body)
        }
        let stream = try await call.whileClientStays { try await engine.stream(completion) }
        var answer = Answer(status: .ok, headers: headers(stream.beginning), body: [])
        answer.headers[.contentType] = "text/event-stream"
        answer.stream = body(stream, completion.request.format, call)
        return answer
    }

    /// Nothing is read before it can be written, so a slow reader holds up the provider, and no memory.
    private static func body(_ stream: CompletionStream, _ format: WireFormat, _ call: Call) -> ResponseBody {
        ResponseBody { writer in
            do {
                try await call.whileClientStays { for try await piece in stream { try await writer.write(piece) } }
            } catch let error as CompletionError where error.code != .cancelled {
                try await writer.write(ByteBuffer(bytes: error.event(in: format)))
            }
            try await writer.finish(nil)
        }
    }

    private static func headers(_ summary: CompletionSummary) -> HTTPFields {
        var headers: HTTPFields = [:]
        if let name = HTTPField.Name("X-Cache"), summary.cache != .unused {
            headers[name] = summary.isFromCache ? "HIT" : "MISS"
        }
        if let name = HTTPField.Name("X-Offbook-Warning"), !summary.warnings.isEmpty {
            headers[name] = headerText(summary.warnings)
        }
        return headers
    }

    /// Headers are of printable ASCII, and short: all else is percent-encoded UTF-8, and beyond 2 KiB left out.
    private static func headerText(_ texts: [String]) -> String {
        let encoded = texts.joined(separator: "; ").utf8.lazy.map { byte in
            guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") else {
                return "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
            return String(UnicodeScalar(byte))
        }
        var text = ""
        for piece in encoded {
            guard text.utf8.count < 2048 else { return text + "..." }
            text += piece
        }
        return text
    }

    private static func passedOn(_ headers: HTTPFields) -> [(name: String, value: String)] {
        headers.filter { $0.name.rawName.lowercased().hasPrefix("anthropic-") }
            .map { (name: $0.name.rawName, value: $0.value) }
    }

    private static func models(_ call: Call) async throws -> Answer {
        let catalog = try await call.gateway.catalogs.catalog(of: call.workspace)
        var seen: Set<String> = []
        let rows: [JSONValue] = catalog.offers.flatMap { offer in
            offer.models.filter { $0.isActive && catalog.terms.allows($0.modelID) }.compactMap { model in
                guard seen.insert(model.modelID).inserted else { return nil }
                return [
                    "id": .text(model.modelID), "object": "model", "type": "model",
                    "display_name": .text(model.name), "created": .number(String(model.createdAt / 1000)),
                    "created_at": .text(isoTime(model.createdAt)), "owned_by": .text(offer.provider.name),
                ]
            }
        }
        let list: JSONValue = ["object": "list", "data": .list(rows), "has_more": false]
        return Answer(status: .ok, headers: [:], body: list.bytes)
    }
}

extension Call {
    /// - Throws: `APIError.notFound` where prompts are not run.
    var gateway: Gateway {
        get throws {
            guard let gateway = api.gateway else { throw APIError(.notFound, "prompts are not run here") }
            return gateway
        }
    }

    /// Who the caller is among the workspace's users.
    func user() async throws -> RowID {
        if let user = try reach.user { return user }
        return try await api.workers.perform(route) { try library.introduced() }
    }

    /// Runs something that is of use to this client alone.
    func whileClientStays<T>(_ body: () async throws -> sending T) async throws -> sending T {
        guard let channel else { return try await body() }
        return try await ClientPresence.watching(channel, body)
    }
}
