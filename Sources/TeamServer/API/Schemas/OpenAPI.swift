internal import Completions
internal import HTTPTypes
internal import PromptTemplates

/// The OpenAPI document (3.1), made of the route table.
enum OpenAPI {
    /// As JSON. It is the same as long as the server runs.
    static let document = bytes(of: RouteTable.all, .team)

    static func bytes(of routes: [Route], _ edition: Edition) -> [UInt8] {
        Array(((try? of(routes, edition).json()) ?? "{}").utf8)
    }

    /// What is different where the same routes are served by somebody else.
    struct Edition: Sendable {
        var description: String
        /// What goes into `Authorization`.
        var bearer: String
        /// How long an answer to an `Idempotency-Key` is kept.
        var keptFor: String

        static let team = Edition(
            description: "A team's prompt library. Old systems' paths stand beside ours, and do the same.",
            bearer: "An access token of /api/v1/auth/login, or an API key.", keptFor: "for a day")
        static let local = Edition(
            description: "The prompt libraries of this machine's user, as their daemon serves them.",
            bearer: "What is in the file daemon.token of the data directory; the socket beside it needs none.",
            keptFor: "while the daemon runs, and there are not a thousand newer ones")
    }

    static func of(_ routes: [Route], _ edition: Edition = .team) -> TemplateValue {
        let paths = Dictionary(grouping: routes, by: \.path).mapValues { routes in
            TemplateValue.object(
                Dictionary(routes.map { ($0.method.rawValue.lowercased(), operation($0, edition)) }) { first, _ in first
                })
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Offbook", "version": "1",
                "description": .text(edition.description),
            ],
            "paths": .object(paths),
            "components": [
                "schemas": .object(definitions(routes)),
                "responses": [
                    "Problem": problem, "OpenAIFailure": failure(openAISchema),
                    "AnthropicFailure": failure(anthropicSchema),
                ],
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer",
                        "description": .text(edition.bearer),
                    ]
                ],
            ],
        ]
    }

    private static func definitions(_ routes: [Route]) -> [String: TemplateValue] {
        let schemas = routes.flatMap { [$0.output] + [$0.input?.schema].compactMap { $0 } }
        return ([problemSchema, openAISchema, anthropicSchema] + schemas).reduce(into: [:]) {
            $0.merge($1.definitions) { $1 }
        }
    }

    private static let problemSchema = SchemaDecoder.schema(of: Problem.self)
    private static let openAISchema = SchemaDecoder.schema(of: OpenAIFailure.self)
    private static let anthropicSchema = SchemaDecoder.schema(of: AnthropicFailure.self)

    /// An error of the gateway, as the clients of its format expect it.
    private static func failure(_ schema: Schema) -> TemplateValue {
        ["description": "What went wrong.", "content": ["application/json": ["schema": schema.json]]]
    }

    private static var problem: TemplateValue {
        [
            "description": "What went wrong (RFC 9457).",
            "content": ["application/problem+json": ["schema": problemSchema.json]],
        ]
    }

    private static func operation(_ route: Route, _ edition: Edition) -> TemplateValue {
        var operation: [String: TemplateValue] = [
            "summary": .text(route.summary), "description": .text(route.policy.text), "tags": [.text(route.tag)],
            "operationId": .text(name(of: route)), "parameters": .list(parameters(route, edition)),
            "responses": .object(responses(route)),
        ]
        if let input = route.input {
            operation["requestBody"] = [
                "content": ["application/json": ["schema": input.schema.json, "example": input.example]]
            ]
        }
        if route.policy != .anonymous { operation["security"] = [["bearer": []]] }
        return .object(operation)
    }

    private static func name(of route: Route) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }.map { String($0) }
        return ([route.method.rawValue.lowercased()] + words).joined(separator: "_")
    }

    private static func parameters(_ route: Route, _ edition: Edition) -> [TemplateValue] {
        let inPath: [TemplateValue] = route.parameters.map {
            ["name": .text($0), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        let inQuery: [TemplateValue] = route.query.map {
            [
                "name": .text($0.name), "in": "query", "description": .text($0.help),
                "schema": ["type": .text($0.kind.type)],
            ]
        }
        return inPath + inQuery
            + headers(route, edition).map { name, help in
                ["name": .text(name), "in": "header", "description": .text(help), "schema": ["type": "string"]]
            }
    }

    private static func headers(_ route: Route, _ edition: Edition) -> [(String, String)] {
        var headers: [(String, String)] = []
        if case .allowed = route.policy, !route.parameters.contains("workspace") {
            headers.append(("Offbook-Workspace", "Which workspace, by id or name, where there are several."))
        }
        if route.method == .post, route.policy != .anonymous, route.gatewayFormat == nil {
            headers.append(
                ("Idempotency-Key", "The same key and request again get the first answer, \(edition.keptFor)."))
        }
        if [.put, .patch, .delete].contains(route.method), route.contentType == "application/json" {
            headers.append(("If-Match", "The ETag of what is to be changed."))
        }
        return headers
    }

    private static func responses(_ route: Route) -> [String: TemplateValue] {
        var responses: [String: TemplateValue] = [
            String(route.status.code): [
                "description": "Done.", "content": .object([route.contentType: ["schema": route.output.json]]),
            ]
        ]
        if route.method == .get { responses["304"] = ["description": "It is what If-None-Match says."] }
        if [.put, .patch].contains(route.method), route.path.hasSuffix("{prompt}") {
            responses["201"] = responses["200"]?.adding(["description": "Saved as a divergence: see `branch`."])
        }
        if let format = route.gatewayFormat { return responses.merging(failures(format)) { $1 } }
        let isPage = route.contentType == "text/html"
        for code in [400, 401, 403, 404, 409, 412, 413, 422, 429, 503] {
            responses[String(code)] =
                isPage && code == 400
                ? ["description": "A page that says why."] : ["$ref": "#/components/responses/Problem"]
        }
        return responses
    }

    private static func failures(_ format: WireFormat) -> [String: TemplateValue] {
        let name = format == .openai ? "OpenAIFailure" : "AnthropicFailure"
        let codes = [400, 401, 403, 404, 409, 413, 422, 429, 502, 503, 504]
        return Dictionary(
            uniqueKeysWithValues: codes.map {
                (String($0), ["$ref": .text("#/components/responses/\(name)")] as TemplateValue)
            })
    }
}

extension QueryField.Kind {
    var type: String {
        switch self {
        case .text: "string"
        case .integer: "integer"
        case .boolean: "boolean"
        }
    }
}

extension TemplateValue: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int64) { self = .number(String(value)) }
}
