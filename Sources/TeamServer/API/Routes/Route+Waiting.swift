internal import HTTPTypes

extension Route {
    /// A route that takes a body, and waits for somebody else than the disk.
    init<Q: Input, A: Replying>(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String,
        status: HTTPResponse.Status = .ok, taking: Q.Type,
        waiting handler: @escaping @Sendable (Call, Q) async throws -> A
    ) {
        self.init(
            method, path, policy, summary, output: SchemaDecoder.schema(of: A.Body.self), taking: InputShape(Q.self)
        ) { call in try Answer(await handler(call, call.decoded(Q.self))) }
        self.status = status
    }

    /// One that takes none.
    init<A: Replying>(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String,
        asking handler: @escaping @Sendable (Call) async throws -> A
    ) {
        self.init(method, path, policy, summary, output: SchemaDecoder.schema(of: A.Body.self)) { call in
            try Answer(await handler(call))
        }
    }
}
