internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Gives every request an id: the one that the client sends, where it is a decent one, or a new one. It stands
/// in the answer, and in every line that the log has of the request.
struct RequestIDs: RouterMiddleware {
    private static let name = HTTPField.Name("X-Request-ID")
    private static let lengthMax = 128

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let sent = Self.name.flatMap({ request.headers[$0] }), Self.isDecent(sent) { context.requestID = sent }
        var response = try await next(request, context)
        if let name = Self.name { response.headers[name] = context.requestID }
        return response
    }

    /// Letters, digits and a few signs: it goes into logs and headers as it is.
    private static func isDecent(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= lengthMax
            && id.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-_.:/+=".utf8.contains(byte)
                }
            }
    }
}

/// Of what has no route, or went wrong before one answered: told as any other problem is.
struct Problems: RouterMiddleware {
    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where !request.uri.path.hasPrefix("/sync/") {
            let failure = Failure(
                Self.name(error.status), error.status,
                error.body
                    ?? (error.status == .notFound ? "there is nothing at this address" : "that can't be done here"))
            return try API.response(Problem(failure, context), error.headers)
        }
    }

    private static func name(_ status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "not-found"
        case .contentTooLarge: "too-large"
        default: "invalid"
        }
    }
}
