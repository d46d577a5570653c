internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOPosix

/// Finds out who makes a request: the one place for every interface.
struct Authenticator: Sendable {
    let memory: DirectoryMemory
    /// Whether a proxy of ours stands before the server, and says whom it asks for.
    let trustsProxy: Bool
    /// Learns which credentials open something.
    let limiter: RateLimiter?

    /// - Returns: nil where the request has no bearer token, or one that is not known or over.
    func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
        guard let token = Self.bearerToken(request) else { return nil }
        let origin = origin(of: request, context)
        var caller = try memory.caller(bearing: token, from: origin)
        if caller == nil {
            caller = try await NIOThreadPool.singleton.runIfActive { try memory.lookUp(bearing: token, from: origin) }
        }
        limiter?.setAccepted(RateSubject(credential: token), caller != nil, now: RateLimitMiddleware.now)
        return caller
    }

    func origin(of request: Request, _ context: ServerContext) -> Origin {
        let peer = context.remoteAddress?.ipAddress ?? "unknown"
        guard trustsProxy, let name = HTTPField.Name("X-Forwarded-For"),
            // The last is the one that our proxy added; those before it are whatever the client wrote.
            let last = request.headers[values: name].last?.split(separator: ",").last
        else { return Origin(address: peer) }
        return Origin(address: String(last.drop { $0 == " " }.prefix(64)))
    }

    private static let apiKeyHeader = HTTPField.Name("X-API-Key")

    static func bearerToken(_ request: Request) -> String? { bearerToken(request.headers) }

    static func bearerToken(_ headers: HTTPFields) -> String? {
        // As Anthropic's clients send it.
        guard let header = headers[.authorization] else { return apiKeyHeader.flatMap { headers[$0] } }
        return header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst(7)) : nil
    }
}
