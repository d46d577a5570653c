internal import HTTPTypes

/// Functions with a name of their own: of an initialiser, a closure behind the parentheses says no label, and every
/// route that does not wait would be taken for one that does, and hold up an event loop.
extension Route {
    /// A route that takes a body, and waits for somebody else than the disk.
    static func waiting<Q: Input, A: Replying>(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String,
        status: HTTPResponse.Status = .ok, taking: Q.Type,
        _ handler: @escaping @Sendable (Call, Q) async throws -> A
    ) -> Route {
        var route = Route(
            method, path, policy, summary, output: SchemaDecoder.schema(of: A.Body.self), taking: InputShape(Q.self),
            waiting: { call in try Answer(await handler(call, call.decoded(Q.self))) })
        route.status = status
        return route
    }

    /// One that takes none.
    static func waiting<A: Replying>(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String,
        _ handler: @escaping @Sendable (Call) async throws -> A
    ) -> Route {
        Route(
            method, path, policy, summary, output: SchemaDecoder.schema(of: A.Body.self),
            waiting: { call in try Answer(await handler(call)) })
    }
}
