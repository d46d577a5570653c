internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Which pages of other sites may ask this server from within a browser: those of an allow-list, and no others.
struct AllowedOrigins: RouterMiddleware {
    private let origins: Set<String>
    /// Answers for an origin that is on the list.
    private let sharing: CORSMiddleware<ServerContext>
    private static let exposed = [
        "ETag", "Link", "Location", "Retry-After", "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining",
        "RateLimit-Reset",
    ]
    private static let taken = [
        "Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match",
        "Offbook-Workspace", "X-Request-ID", "traceparent",
    ]

    init(_ origins: [String]) {
        self.origins = Set(origins)
        sharing = CORSMiddleware(
            allowOrigin: .originBased, allowHeaders: Self.taken.compactMap { HTTPField.Name($0) },
            allowMethods: [.get, .head, .post, .put, .patch, .delete, .options], exposedHeaders: Self.exposed,
            maxAge: .minutes(10))
    }

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        if let origin = request.headers[.origin], origins.contains(origin) {
            response = try await sharing.handle(request, context: context, next: next)
            response.headers[.accessControlExposeHeaders] = Self.exposed.joined(separator: ", ")
        } else {
            response = try await next(request, context)
            // A cache must not give this answer to a page of the list.
            if !origins.isEmpty { response.headers[values: .vary].append("Origin") }
        }
        return response
    }
}
