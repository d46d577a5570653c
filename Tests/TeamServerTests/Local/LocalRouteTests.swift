import Changesets
import Foundation
import HTTPTypes
import PromptTemplates
import ReplicaStore
import Testing

@testable import TeamServer

@Suite("The daemon's routes")
struct LocalRouteTests {
    @Test("Each route of the library is answered from one's own replica, as the document says")
    func everyRoute() async throws {
        try await withLocalServer { stage in
            let workspace = try #require(stage.data.workspaces().first).hex
            let fixture = RowFixture(asked: stage.socket, token: nil, workspace: workspace)
            let check = SchemaCheck(root: try await stage.ask("GET", "/openapi.json").json)
            let routes = RouteTable.library + OwnRoutes.all
            #expect(routes.count > 50)
            for route in routes {
                let request = try await fixture.request(route)
                let answer = try await stage.ask(
                    route.method.rawValue, request.path, request.body, token: stage.token)
                #expect(answer.status == request.status, "\(route.method) \(route.path): \(answer)")
                #expect(check.faults(answer, of: route) == [], "\(route.method) \(route.path)")
            }
        }
    }

    @Test("The document has what is served, and nothing else")
    func document() async throws {
        try await withLocalServer { stage in
            for path in ["/openapi.json", "/api/v1/openapi.json"] {
                let document = try await stage.ask("GET", path).json
                guard case .object(let paths) = document["paths"] else { throw Complaint("it has no paths") }
                let written = paths.flatMap { path, operations -> [String] in
                    guard case .object(let operations) = operations else { return [] }
                    return operations.keys.map { "\($0.uppercased()) \(path)" }
                }
                let own = ["GET /openapi.json", "GET /api/v1/openapi.json", "GET /api/v1/daemon/status"]
                let served = (RouteTable.library + OwnRoutes.all).map { "\($0.method) \($0.path)" } + own
                #expect(written.sorted() == served.sorted())
                guard case .object(let schemas) = document["components"]["schemas"],
                    case .object(let fields)? = schemas["SomeStatus"]?["properties"]
                else { throw Complaint("it does not say what a status is") }
                #expect(fields.keys.sorted() == ["parts", "pid"])
            }
            for path in ["/api/v1/workspaces", "/api/v1/auth/session", "/sync/v1/handshake", "/metrics"] {
                #expect(try await stage.ask("GET", path, token: stage.token).status == 404, "\(path)")
            }
        }
    }

    @Test("It says how the daemon is doing, and that it lives")
    func status() async throws {
        try await withLocalServer(workspaces: []) { stage in
            let status = try await stage.json("GET", "/api/v1/daemon/status", token: stage.token)
            #expect(status["pid"].int == 7)
            #expect(status["parts"] == .list([.object(["name": "stage", "is_connected": false])]))
            let living = try await stage.ask("GET", "/healthz")
            #expect(living.status == 200 && living.text == "ok\n")
            #expect(try await stage.socket.ask("GET", "/healthz").status == 200)
        }
    }
}
