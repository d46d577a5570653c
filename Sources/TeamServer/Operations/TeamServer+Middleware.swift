internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS

/// What stands around every route, from the outside in, and what whoever runs the server looks at.
extension TeamServer {
    func addMiddleware(to router: Router<ServerContext>, _ authenticator: Authenticator) {
        router.add(middleware: RequestIDs())
        router.add(
            middleware: RequestEnvelope(
                metrics: metrics, authenticator: authenticator, headers: SecurityHeaders(isSecure: isSecure)))
        router.add(middleware: AllowedOrigins(configuration.origins))
        if let limiter {
            router.add(middleware: RateLimitMiddleware(limiter: limiter, authenticator: authenticator))
        }
        router.add(middleware: ErrorsToAnswers())
        router.add(middleware: Problems())
        router.add(middleware: DrainUnroutedMiddleware())
    }

    var operations: Operations {
        Operations(
            directory: directory, data: data, mail: mail, metrics: metrics,
            access: OperatorAccess(token: configuration.metricsToken), version: configuration.version)
    }

    /// Whether people reach the server by https only, as far as it knows.
    private var isSecure: Bool {
        configuration.tls != nil || configuration.publicAddress?.hasPrefix("https:") ?? false
    }

    func httpServer() throws -> HTTPServerBuilder {
        let configuration = HTTP1Channel.Configuration(additionalChannelHandlers: [ClientPresence()])
        let plain = HTTPServerBuilder { OnEventLoop(HTTP1Channel(responder: $0, configuration: configuration)) }
        guard let tls = self.configuration.tls else { return plain }
        return try .tls(plain, tlsConfiguration: try tls.configuration())
    }
}
