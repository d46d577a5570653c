internal import Completions
internal import HTTPTypes
internal import PromptTemplates

/// One route of the interface: all that is to be known of it, in one value. The router, the OpenAPI document and
/// the tests are made from these.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// Parameters in braces: `/api/v1/prompts/{prompt}`.
    let path: String
    let policy: Policy
    let summary: String
    var status = HTTPResponse.Status.ok
    var work = Work.light
    /// Whether the answer holds a secret, which is shown once and not kept.
    var isSecret = false
    /// Whether the same is answered as long as the directory and the workspace are the same: whenever, and
    /// whatever the request's other headers say.
    private(set) var isKept = false
    var query: [QueryField] = []
    /// Which part of the documentation it stands in.
    var tag: String
    /// Nil for one that takes no body.
    private(set) var input: InputShape?
    let output: Schema
    let handler: Handler
    var contentType = "application/json"
    /// Its method and path, or those of the route that it stands for: `GET /api/v1/prompts`.
    let operation: String
    /// In whose format the gateway's errors are; nil for problems (RFC 9457).
    private(set) var gatewayFormat: WireFormat?
    /// What is different of it on an old path.
    var dialect = Dialect()

    enum Work: Sendable { case light, heavy }

    enum Handler: Sendable {
        /// On a thread of its own, as it reads or writes files.
        case working(@Sendable (Call) throws -> Answer)
        /// For what is in memory.
        case waiting(@Sendable (Call) async throws -> Answer)
    }

    /// A route without a body.
    init<A: Replying>(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String,
        status: HTTPResponse.Status = .ok, query: [QueryField] = [], isSecret: Bool = false, work: Work = .light,
        _ handler: @escaping @Sendable (Call) throws -> A
    ) {
        (self.method, self.path, self.policy, self.summary) = (method, path, policy, summary)
        (self.status, self.query, self.isSecret, self.work) = (status, query, isSecret, work)
        tag = Self.tag(of: path)
        operation = "\(method) \(path)"
        input = nil
        output = SchemaDecoder.schema(of: A.Body.self)
        self.handler = .working { try Answer(handler($0)) }
    }

    /// A route that takes one.
    init<Q: Input, A: Replying>(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String,
        status: HTTPResponse.Status = .ok, query: [QueryField] = [], isSecret: Bool = false, work: Work = .light,
        taking: Q.Type, _ handler: @escaping @Sendable (Call, Q) throws -> A
    ) {
        (self.method, self.path, self.policy, self.summary) = (method, path, policy, summary)
        (self.status, self.query, self.isSecret, self.work) = (status, query, isSecret, work)
        tag = Self.tag(of: path)
        operation = "\(method) \(path)"
        input = InputShape(Q.self)
        output = SchemaDecoder.schema(of: A.Body.self)
        self.handler = .working { call in try Answer(handler(call, call.decoded(Q.self))) }
    }

    /// A page, or another document than JSON.
    init(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String, producing type: String,
        work: Work = .light, _ handler: @escaping @Sendable (Call) throws -> Answer
    ) {
        (self.method, self.path, self.policy, self.summary) = (method, path, policy, summary)
        (self.work, contentType) = (work, type)
        tag = "pages"
        operation = "\(method) \(path)"
        input = nil
        output = .anything
        self.handler = .working(handler)
    }

    /// A route that waits for nothing on a disk.
    ///
    /// - Parameter output: what the answer looks like.
    init(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String, output: Schema,
        taking input: InputShape? = nil, waiting handler: @escaping @Sendable (Call) async throws -> Answer
    ) {
        (self.method, self.path, self.policy, self.summary) = (method, path, policy, summary)
        tag = Self.tag(of: path)
        operation = "\(method) \(path)"
        self.input = input
        self.output = output
        self.handler = .waiting(handler)
    }

    /// A route of the gateway: it streams where it is asked to, and its errors are as its format's clients expect.
    init(
        _ method: HTTPRequest.Method, _ path: String, _ policy: Policy, _ summary: String, gateway format: WireFormat,
        taking input: InputShape? = nil, _ handler: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.init(method, path, policy, summary, output: .anything, waiting: handler)
        (tag, gatewayFormat, self.input) = ("gateway", format, input)
    }

    /// The same under another path.
    init(_ route: Route, _ method: HTTPRequest.Method, _ path: String, _ dialect: Dialect) {
        (self.method, self.path, policy, summary) = (method, path, route.policy, route.summary)
        (status, query, isSecret, work) = (dialect.status ?? route.status, route.query, route.isSecret, route.work)
        (input, output, handler, isKept) = (route.input, route.output, route.handler, route.isKept)
        tag = dialect.system
        operation = route.operation
        self.dialect = dialect
    }

    /// The same, and what it answers is kept for whoever asks again.
    var kept: Route {
        var route = self
        route.isKept = true
        return route
    }

    private static func tag(of path: String) -> String {
        let parts = path.split(separator: "/").map { String($0) }
        return parts.starts(with: ["api", "v1"]) && parts.count > 2 ? parts[2] : "other"
    }

    /// The names in braces, in order.
    var parameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}
