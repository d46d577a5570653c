import AccessControl
import Changesets
import DirectoryStore
import Foundation
import HTTPTypes
import PromptTemplates
import ProviderStub
import Testing

@testable import TeamServer

@Suite("Every route × everybody")
struct MatrixTests {
    @Test("Each cell has the status that the route's policy asks for, and answers are as the document says")
    func matrix() async throws {
        let provider = try await ProviderStub.start(StubModels.script)
        try await withServer(provider.environment) { server in
            let stage = try await MatrixStage(server)
            var (cells, faults) = (0, [String]())
            for route in RouteTable.all {
                for asker in Asker.allCases {
                    cells += 1
                    faults += try await stage.faults(route, asker)
                }
            }
            #expect(cells == RouteTable.all.count * 9)
            #expect(faults == [])
        }
    }
}

/// A workspace with somebody of each role, and whoever may not come in.
private struct MatrixStage {
    let server: RunningServer
    let owner: Person
    let workspace: String
    let people: [Asker: Person]
    let check: SchemaCheck

    init(_ server: RunningServer) async throws {
        self.server = server
        (owner, workspace) = try await server.owner()
        var people: [Asker: Person] = [.owner: owner]
        for asker in [Asker.viewer, .member, .admin] {
            people[asker] = try server.member(asker.role ?? .viewer, of: workspace, invitedBy: owner)
        }
        let stranger = try server.person("stranger")
        _ = try await server.json(
            "POST", "/api/v1/workspaces", ["name": "Elsewhere"], token: stranger.token, status: 201)
        people[.stranger] = stranger
        self.people = people
        check = SchemaCheck(root: try TemplateValue(json: OpenAPI.document))
    }

    func faults(_ route: Route, _ asker: Asker) async throws -> [String] {
        let fixture = MatrixFixture(server: server, owner: owner, workspace: workspace)
        let person = try await person(asker, isOwn: fixture.changesAccount(route))
        let request = try await fixture.request(route, person)
        let answer = try await server.ask(
            route.method.rawValue, request.path, request.body, token: try token(asker, person),
            headers: ["Offbook-Workspace": workspace])
        let wanted = asker.refusal(route.policy) ?? request.status
        let cell = "\(asker) \(route.method) \(route.path)"
        guard answer.status == wanted else { return ["\(cell): \(answer), and not \(wanted)"] }
        return check.faults(answer, of: route).map { "\(cell): \($0)" }
    }

    private func person(_ asker: Asker, isOwn: Bool) async throws -> Person? {
        guard isOwn || people[asker] == nil else { return people[asker] }
        switch asker {
        case .anonymous: return nil
        case .viewer, .member, .admin, .owner:
            return try server.member(asker.role ?? .viewer, of: workspace, invitedBy: owner)
        case .stranger: return try server.person("stranger")
        case .revokedKey, .expiredToken, .refreshToken:
            return try server.member(.owner, of: workspace, invitedBy: owner)
        }
    }

    private func token(_ asker: Asker, _ person: Person?) throws -> String? {
        guard let person else { return nil }
        switch asker {
        case .revokedKey:
            let key = try server.key(of: person)
            try server.revoke(key.id, of: person)
            return key.text
        case .expiredToken:
            return try server.signIn(person.email, with: server.store(at: -3_600_000)).accessToken
        case .refreshToken: return person.tokens.refreshToken
        default: return person.token
        }
    }
}
