internal import Hummingbird
internal import Logging

/// A line for each request. Without its query, which may hold the secret of a mailed link, and without headers.
struct RequestLog: RouterMiddleware {
    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        context.logger.info(
            "Request",
            metadata: ["hb.request.method": "\(request.method)", "hb.request.path": "\(request.uri.path)"])
        return try await next(request, context)
    }
}
