internal import HTTPTypes

/// What the interface says of itself.
enum DocumentRoutes {
    static let roots = ["", "/api/v1"]

    static let all: [Route] = roots.flatMap { root in
        [openAPI(under: root) { OpenAPI.document }, page(root + "/docs"), page(root + "/redoc")]
    }

    static func openAPI(under root: String, _ document: @escaping @Sendable () -> [UInt8]) -> Route {
        Route(
            .get, root + "/openapi.json", .anonymous, "This document (OpenAPI 3.1)", producing: "application/json"
        ) { _ in Answer(status: .ok, headers: [:], body: document()) }
    }

    private static func page(_ path: String) -> Route {
        Route(.get, path, .anonymous, "The same for people", producing: "text/html") { _ in
            var headers: HTTPFields = [.contentType: "text/html; charset=utf-8"]
            if let name = HTTPField.Name("Content-Security-Policy") {
                headers[name] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
            }
            return Answer(status: .ok, headers: headers, body: DocsPage.html)
        }
    }
}
