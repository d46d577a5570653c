internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOPosix

/// What the handlers of `/api/v1` have in common: a body of JSON in, the caller, JSON or a problem out.
struct API: Sendable {
    let directory: DirectoryStore
    let replicas: WorkspaceReplicas
    let authenticator: Authenticator
    let passwordWork: PasswordWork

    /// A request's body where none is needed.
    struct Nothing: Codable {}

    /// What a request says beside its body.
    struct Particulars: Sendable {
        let parameters: Parameters
        let query: [String: String]
        /// The workspace that a header names.
        let workspace: String?
    }

    enum Work { case light, heavy }

    /// A route for everybody.
    func open<Question: Decodable & Sendable, Answer: Encodable & Sendable>(
        _ request: Request, _ context: ServerContext, _ work: Work = .light, status: HTTPResponse.Status = .ok,
        _ body: @escaping @Sendable (Question, Origin) throws -> Answer
    ) async throws -> Response {
        try await answer(context, status) {
            let question: Question = try await decoded(request)
            let origin = authenticator.origin(of: request, context)
            return try await perform(work) { try body(question, origin) }
        }
    }

    /// A route for whoever is signed in. Who is not is told so before the body is looked at.
    func signed<Question: Decodable & Sendable, Answer: Encodable & Sendable>(
        _ request: Request, _ context: ServerContext, _ work: Work = .light, status: HTTPResponse.Status = .ok,
        _ body: @escaping @Sendable (Question, Caller, Particulars) throws -> Answer
    ) async throws -> Response {
        try await answer(context, status) {
            guard let caller = try await authenticator.caller(of: request, context) else {
                try await BoundedBody.drain(request)
                throw AccountError(.unauthorized, "sign in first: the token is missing, not known, or over")
            }
            let question: Question = try await decoded(request)
            let particulars = Self.particulars(request, context)
            return try await perform(work) { try body(question, caller, particulars) }
        }
    }

    private static func particulars(_ request: Request, _ context: ServerContext) -> Particulars {
        let pairs = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        return Particulars(
            parameters: context.parameters, query: Dictionary(pairs) { _, last in last },
            workspace: HTTPField.Name("Offbook-Workspace").flatMap { request.headers[$0] })
    }

    private func perform<T: Sendable>(_ work: Work, _ body: @escaping @Sendable () throws -> T) async throws -> T {
        switch work {
        case .light: try await NIOThreadPool.singleton.runIfActive(body)
        case .heavy: try await passwordWork.run(body)
        }
    }

    private func decoded<Question: Decodable>(_ request: Request) async throws -> Question {
        let bytes = try await BoundedBody.bytes(of: request)
        if let nothing = Nothing() as? Question { return nothing }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Question.self, from: Data(bytes))
    }

    private func answer(
        _ context: ServerContext, _ status: HTTPResponse.Status, _ body: () async throws -> some Encodable
    ) async throws -> Response {
        do {
            return try Self.response(status, "application/json", try await body())
        } catch let error as HTTPError {
            throw error
        } catch {
            return try Self.failure(error, context)
        }
    }

    static func failure(_ error: any Error, _ context: ServerContext) throws -> Response {
        let problem = Problem(error, context)
        var response = try response(.init(code: problem.status), "application/problem+json", problem)
        if let seconds = (error as? AccountError)?.retryAfter { response.headers[.retryAfter] = String(seconds) }
        if problem.status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }

    private static func response(
        _ status: HTTPResponse.Status, _ type: String, _ content: some Encodable
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(content))))
    }
}
