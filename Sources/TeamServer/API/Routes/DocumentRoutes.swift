internal import HTTPTypes

/// What the interface says of itself.
enum DocumentRoutes {
    static let all: [Route] = ["", "/api/v1"].flatMap { root in
        [
            Route(
                .get, root + "/openapi.json", .anonymous, "This document (OpenAPI 3.1)", producing: "application/json"
            ) { _ in Answer(status: .ok, headers: [:], body: OpenAPI.document) },
            page(root + "/docs"), page(root + "/redoc"),
        ]
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
