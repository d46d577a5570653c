import Foundation
import HTTPTypes
import NIOHTTP1
import PromptTemplates
import Testing

@testable import TeamServer

@Suite("What the interface says of itself")
struct DocumentTests {
    @Test("Every route is in the OpenAPI document, and the document has no other")
    func everyRoute() throws {
        let document = try TemplateValue(json: OpenAPI.document)
        guard case .object(let paths) = document["paths"] else { throw Complaint("the document has no paths") }
        let written = paths.flatMap { path, operations -> [String] in
            guard case .object(let operations) = operations else { return [] }
            return operations.keys.map { "\($0.uppercased()) \(path)" }
        }
        let routes = RouteTable.all.map { "\($0.method) \($0.path)" }
        #expect(routes.count > 100)
        #expect(Set(routes).count == routes.count, "Some are there twice.")
        #expect(written.sorted() == routes.sorted())
    }

    @Test("Only what waits for others is answered on an event loop: whatever reads or writes files has a thread")
    func handlers() {
        let waiting = RouteTable.all.filter { route in
            if case .waiting = route.handler { route.gatewayFormat == nil } else { false }
        }
        #expect(
            Set(waiting.map(\.operation)).sorted() == [
                "DELETE /v1/admin/cache", "POST /api/v1/admin/message-log/flush", "POST /api/v1/batches",
                "POST /api/v1/prompts/{prompt}/test",
                "POST /api/v1/providers/{provider}/test",
            ])
    }

    @Test("Each old path stands for a route that is there")
    func oldPaths() { #expect(OldPaths.all.count == OldPaths.count) }

    @Test(
        "Each example meets the schema of what it is an example of",
        arguments: RouteTable.canonical.filter { $0.input != nil }.map(\.operation))
    func examples(operation: String) throws {
        let route = try #require(RouteTable.canonical.first { $0.operation == operation })
        let input = try #require(route.input)
        let check = SchemaCheck(root: try TemplateValue(json: OpenAPI.document))
        #expect(input.example != .null)
        #expect(check.faults(input.example, input.schema.json) == [])
    }

    @Test("Every type's schema names its properties, and every answer's status is there")
    func schemas() throws {
        let document = try TemplateValue(json: OpenAPI.document)
        guard case .object(let schemas) = document["components"]["schemas"] else { throw Complaint("no schemas") }
        for (name, schema) in schemas {
            guard case .object(let properties) = schema["properties"] else {
                throw Complaint("\(name) has no properties")
            }
            #expect(!properties.isEmpty, "\(name)")
        }
    }

    @Test("The documents are served where the old systems had them, with nothing from elsewhere")
    func pages() async throws {
        try await withServer { server in
            for root in ["", "/api/v1"] {
                let document = try await server.ask("GET", root + "/openapi.json")
                #expect(document.status == 200 && document.json["openapi"].string == "3.1.0")
                for name in ["/docs", "/redoc"] {
                    let page = try await server.ask("GET", root + name)
                    #expect(page.status == 200 && page.text.contains("/api/v1/prompts/{prompt}/versions"))
                    #expect(page.headers.first(name: "Content-Type")?.hasPrefix("text/html") == true)
                    #expect(!page.text.contains("<script") && !page.text.contains("://"))
                }
            }
        }
    }
}
