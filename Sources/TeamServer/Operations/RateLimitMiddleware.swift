internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import SyncEngine

/// Refuses whoever asks too much. A request with a credential that has opened something counts against that
/// credential, any other against the address that it comes from.
struct RateLimitMiddleware: RouterMiddleware {
    let limiter: RateLimiter
    let authenticator: Authenticator

    /// What is asked so that the server is known to live is never refused.
    private static let free: Set<String> = ["/healthz", "/readyz", "/metrics"]

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard !Self.free.contains(path), !isKnownSync(request) else { return try await next(request, context) }
        let grant = limiter.take(subject(request, context), now: Self.now)
        guard grant.isAllowed else { return try await refusal(request, context, grant) }
        var response = try await next(request, context)
        put(grant, on: &response)
        return response
    }

    /// A first sync takes as many requests as the library has pages. Its work is bounded by other limits.
    private func isKnownSync(_ request: Request) -> Bool {
        guard request.uri.path.hasPrefix("/sync/v1/"), let token = Authenticator.bearerToken(request) else {
            return false
        }
        return limiter.isAccepted(RateSubject(credential: token))
    }

    private func subject(_ request: Request, _ context: ServerContext) -> RateSubject {
        if let token = Authenticator.bearerToken(request) {
            let subject = RateSubject(credential: token)
            if limiter.isAccepted(subject) { return subject }
        }
        return RateSubject(address: authenticator.origin(of: request, context).address)
    }

    private func refusal(
        _ request: Request, _ context: ServerContext, _ grant: RateLimiter.Grant
    ) async throws -> Response {
        try await BoundedBody.drain(request)
        let error = AccountError(
            .rateLimited, "too many requests; try again in \(grant.retryAfter) s", retryAfter: Int64(grant.retryAfter))
        var response = try Self.answer(error, request, context)
        response.headers[.retryAfter] = String(grant.retryAfter)
        put(grant, on: &response)
        return response
    }

    private static func answer(_ error: AccountError, _ request: Request, _ context: ServerContext) throws -> Response {
        guard request.uri.path.hasPrefix("/sync/v1/") else { return try API.failure(error, context) }
        var response = SyncController.failure(SyncRefusal(.unavailable, error.message))
        response.status = .tooManyRequests
        return response
    }

    private func put(_ grant: RateLimiter.Grant, on response: inout Response) {
        let limits = limiter.limits
        for (name, value) in [
            ("RateLimit-Policy", "\(limits.perMinute);w=60;burst=\(limits.burst)"),
            ("RateLimit-Limit", "\(limits.burst)"), ("RateLimit-Remaining", "\(grant.remaining)"),
            ("RateLimit-Reset", "\(grant.reset)"),
        ] {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
    }

    static var now: Double { (ContinuousClock.now - start).seconds }
    private static let start = ContinuousClock.now
}
