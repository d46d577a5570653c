internal import Completions
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import PromptTemplates

/// Answers the requests of the JSON interface, each by its route.
struct API: Sendable {
    let source: any LibrarySource
    let answers: ResponseCache
    let workers: Workers
    /// Nil where prompts are not run.
    var gateway: Gateway?

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    /// As JSON, the same bytes for the same value.
    static func encoded(_ content: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(content))
    }

    func respond(_ route: Route, _ request: Request, _ context: ServerContext) async throws -> Response {
        do {
            let question = ResponseCache.question(route, request, to: source)
            if let question, let kept = try answers.answer(question) { return Self.response(kept, route, request) }
            let draft = try question.map(answers.draft)
            let requester = try await signedIn(route, request, context)
            let call = call(route, request, context, try await BoundedBody.bytes(of: request), requester)
            let answer = try await answered(call, draft)
            return Self.response(answer, route, request)
        } catch let error as HTTPError {
            throw error
        } catch {
            return try Self.failure(source.told(error), context, route.gatewayFormat)
        }
    }

    /// Who is not signed in is told so before the body is looked at.
    private func signedIn(_ route: Route, _ request: Request, _ context: ServerContext) async throws -> Requester? {
        guard route.policy != .anonymous else { return nil }
        guard let requester = try await source.requester(of: request, context) else {
            try await BoundedBody.drain(request)
            throw source.strangerError
        }
        return requester
    }

    private func call(
        _ route: Route, _ request: Request, _ context: ServerContext, _ body: [UInt8], _ requester: Requester?
    ) -> Call {
        let parameters = route.parameters.map { ($0, context.parameters.get($0) ?? "") }
        let asked = QueryText.fields(of: request.uri)
        var query = route.dialect.defaults.merging(asked) { $1 }
        for (theirs, ours) in route.dialect.asks where query[ours] == nil { query[ours] = query[theirs] }
        return Call(
            api: self, route: route, origin: source.origin(of: request, context), headers: request.headers,
            path: request.uri.path, parameters: Dictionary(parameters) { $1 }, query: query, body: body,
            signedIn: requester, channel: context.channel)
    }

    private func answered(_ call: Call, _ draft: ResponseCache.Draft?) async throws -> Answer {
        switch call.route.handler {
        case .working(let perform):
            return try await workers.perform(call.route) { try answer(call, draft, perform) }
        case .waiting(let perform):
            var call = call
            call.place = try source.place(of: call)
            let placed = call
            var answer = try await Idempotency(call: call).answer(waiting: { try await perform(placed) })
            if answer.stream == nil, !call.route.dialect.gives.isEmpty {
                answer.body = call.route.dialect.spelled(answer.body)
            }
            return answer
        }
    }

    private func answer(
        _ call: Call, _ draft: ResponseCache.Draft?, _ perform: (Call) throws -> Answer
    ) throws -> Answer {
        var call = call
        call.place = try source.place(of: call)
        let located = try draft.map { try answers.located($0, call) }
        var answer = try Idempotency(call: call).answer { try perform(call) }
        if !call.route.dialect.gives.isEmpty { answer.body = call.route.dialect.spelled(answer.body) }
        if let located { answers.keep(answer, located) }
        return answer
    }

    private static func response(_ answer: Answer, _ route: Route, _ request: Request) -> Response {
        var headers = answer.headers
        headers[.cacheControl] = "no-store"
        if request.method == .get, let tag = headers[.eTag], let known = request.headers[.ifNoneMatch],
            EntityTag.list(known).contains(where: { $0 == "*" || "\"\($0)\"" == tag })
        {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = headers[.contentType] ?? route.contentType
        return Response(
            status: answer.status ?? route.status, headers: headers,
            body: answer.stream ?? ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// - Parameter format: whose clients it is for; nil for a problem (RFC 9457).
    static func failure(
        _ error: any Error, _ context: ServerContext, _ format: WireFormat? = nil
    ) throws -> Response {
        var headers: HTTPFields = [:]
        if let seconds = (error as? AccountError)?.retryAfter { headers[.retryAfter] = String(seconds) }
        if let format { return GatewayFailure(error, context).response(in: format, headers) }
        return try response(Problem(error, context), headers)
    }

    static func response(_ problem: Problem, _ more: HTTPFields) throws -> Response {
        var headers = more
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        if problem.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
        return Response(
            status: .init(code: problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoded(problem))))
    }
}

extension Dialect {
    /// An answer that has these fields under those names too, and so do the items of a list.
    func spelled(_ body: [UInt8]) -> [UInt8] {
        guard case .object(var answer)? = try? TemplateValue(json: body) else { return body }
        if case .list(let items)? = answer["items"] { answer["items"] = .list(items.map(spelled)) }
        guard let text = try? spelled(.object(answer)).json() else { return body }
        return Array(text.utf8)
    }

    private func spelled(_ value: TemplateValue) -> TemplateValue {
        guard case .object(var fields) = value else { return value }
        for (ours, theirs) in gives { for name in theirs { fields[name] = fields[name] ?? fields[ours] } }
        return .object(fields)
    }
}
