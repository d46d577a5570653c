internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Around every request: its trace, its line in the log, its place in the metrics, and the headers of its answer.
struct RequestEnvelope: RouterMiddleware {
    let metrics: Metrics
    let authenticator: Authenticator
    let headers: SecurityHeaders

    /// What machines ask every few seconds is of interest only to whoever looks for it.
    private static let quiet: Set<String> = ["/healthz", "/readyz", "/health", "/metrics"]

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        let context = traced(context, request)
        metrics.requestBegan()
        defer { metrics.requestEnded() }
        var response = try await next(request, context)
        let seconds = (ContinuousClock.now - began).seconds
        headers.put(on: &response)
        if let name = HTTPField.Name("Server-Timing") {
            response.headers[name] = "app;dur=\(Self.milliseconds(seconds))"
        }
        metrics.record(request.method, context.endpointPath, response.status, seconds: seconds)
        log(request, context, response.status, seconds)
        return response
    }

    private func traced(_ context: ServerContext, _ request: Request) -> ServerContext {
        var context = context
        if let trace = TraceContext(request) {
            context.logger[metadataKey: "trace_id"] = "\(trace.traceID)"
            context.logger[metadataKey: "parent_span_id"] = "\(trace.spanID)"
        }
        return context
    }

    /// Without the query, which may hold the secret of a mailed link, and without headers.
    private func log(_ request: Request, _ context: ServerContext, _ status: HTTPResponse.Status, _ seconds: Double) {
        let level: Logger.Level =
            Self.quiet.contains(request.uri.path) ? .debug : status.kind == .serverError ? .error : .info
        context.logger.log(
            level: level, "request",
            metadata: [
                "method": "\(request.method)", "path": "\(LoggedPath.text(request.uri.path))",
                "route": "\(context.endpointPath ?? "")", "status": "\(status.code)",
                "duration_ms": "\(Self.milliseconds(seconds))",
                "from": "\(authenticator.origin(of: request, context).address)",
            ])
    }

    /// With a thousandth of a millisecond.
    private static func milliseconds(_ seconds: Double) -> String { "\((seconds * 1_000_000).rounded() / 1000)" }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// A path as the log may have it.
enum LoggedPath {
    private static let lengthMax = 512

    /// Printable, short, and without what looks like a key that somebody put in the wrong place.
    static func text(_ path: String) -> String {
        // Most are, and this is done for every request.
        guard path.utf8.count > lengthMax || mayHoldKey(path) || !path.utf8.allSatisfy(isPrintable) else { return path }
        let printable = path.utf8.prefix(lengthMax).map { isPrintable($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: printable, as: UTF8.self)
            .replacing(/(obk|obt|pe)[_-][0-9A-Za-z]{16,}/) { "\($0.1)_…" }
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    private static func mayHoldKey(_ path: String) -> Bool {
        path.contains("obk") || path.contains("obt") || path.contains("pe-") || path.contains("pe_")
    }
}

/// Errors that a handler throws become answers here, so that what stands further out sees them.
struct ErrorsToAnswers: RouterMiddleware {
    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        } catch {
            return try API.failure(error, context)
        }
    }
}
