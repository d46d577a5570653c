internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import ReplicaStore

/// Keeps out what comes from web pages: a page of somebody else's may make a browser on this machine ask us, by its
/// own name for this address (DNS rebinding) or from its own origin.
struct LocalDoor: RouterMiddleware {
    /// Whether requests come over TCP, where their `Host` says which name was asked.
    let isTCP: Bool

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        if let refusal = refusal(request) {
            try await BoundedBody.drain(request)
            throw refusal
        }
        return try await next(request, context)
    }

    private func refusal(_ request: Request) -> AccountError? {
        if request.headers[.origin] != nil {
            return AccountError(.denied, "web pages may not ask the daemon: the request has an Origin", field: "Origin")
        }
        guard !isTCP || Self.isLoopback(request.head.authority) else {
            return AccountError(
                .denied, "the daemon answers to 127.0.0.1 and localhost only: the Host is another", field: "Host")
        }
        return nil
    }

    /// Whether a host, with or without a port, is this machine's own.
    static func isLoopback(_ authority: String?) -> Bool {
        guard let authority = authority?.lowercased() else { return false }
        guard authority.hasPrefix("[") else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count <= 2 && Loopback.isLoopback(String(parts.first ?? ""))
        }
        let host = authority.dropFirst().prefix { $0 != "]" }
        return host == "::1" && ["]", "]:"].contains(authority.dropFirst(1 + host.count).prefix(2))
    }
}

/// The log and the headers around every answer.
struct LocalEnvelope: RouterMiddleware {
    let headers = SecurityHeaders(isSecure: false)

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        headers.put(on: &response)
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)", "path": "\(LoggedPath.text(request.uri.path))",
                "status": "\(response.status.code)",
            ])
        return response
    }
}
