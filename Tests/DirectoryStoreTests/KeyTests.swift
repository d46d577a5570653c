import AccessControl
import Changesets
import DirectoryStore
import Foundation
import Testing

@Suite("API keys") struct KeyTests {
    @Test("A key is shown once, recognised by its prefix, narrows its account, and ends when it is revoked")
    func life() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let ada = try directory.caller("ada@b.example")
        var request = APIKeyRequest(name: "nightly")
        request.permissions = .read
        let made = try directory.store.createKey(request, by: ada)
        #expect(made.text.hasPrefix("obk_") && made.text.count == 68 && made.text.hasPrefix(made.key.prefix))
        let program = try directory.caller(bearing: made.text)
        #expect(program.account == ada.account && program.permissions == .read)
        #expect(throws: AccountError(.denied, ""), "a key can't make a stronger one") {
            try directory.store.createKey(APIKeyRequest(name: "more"), by: program)
        }
        let again = try directory.store.regenerateKey(made.key.id, by: ada)
        #expect(again.text != made.text && again.key.name == "nightly" && again.key.permissions == .read)
        #expect(try directory.store.caller(bearing: made.text, from: elsewhere) == nil)
        try directory.store.revokeKey(again.key.id, by: ada)
        #expect(try directory.store.caller(bearing: again.text, from: elsewhere) == nil)
        #expect(try directory.store.apiKeys(of: ada).isEmpty)
        #expect(throws: AccountError(.notFound, "")) { try directory.store.revokeKey(again.key.id, by: ada) }
    }

    @Test("A key ends at its time, and another account can't end it")
    func ends() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        try directory.person("bob@b.example")
        let (ada, bob) = (try directory.caller("ada@b.example"), try directory.caller("bob@b.example"))
        var request = APIKeyRequest(name: "short")
        request.expiresAt = directory.now + 60_000
        let made = try directory.store.createKey(request, by: ada)
        #expect(throws: AccountError(.notFound, "")) { try directory.store.revokeKey(made.key.id, by: bob) }
        #expect(try directory.store.caller(bearing: made.text, from: elsewhere) != nil)
        directory.pass(minutes: 1)
        #expect(try directory.store.caller(bearing: made.text, from: elsewhere) == nil)
    }

    @Test("A token is a key of a service, which opens one workspace as its role allows")
    func tokens() throws {
        let directory = try TestDirectory()
        let owner = try directory.caller(bearing: directory.store.createToken(workspace: "Team"))
        let viewer = try directory.caller(bearing: directory.store.createToken(workspace: "Team", role: .viewer))
        let again = try directory.caller(bearing: directory.store.createToken(workspace: "Team"))
        #expect(owner.account == again.account && owner.account != viewer.account)
        let workspace = try #require(try directory.store.syncedWorkspace(nil, for: owner))
        #expect(workspace.name == "Team" && workspace.id == nil)
        #expect(try directory.store.syncedWorkspace(.uuid7(at: 1), for: viewer)?.key == workspace.key)
        #expect(try directory.store.actor(for: owner, in: workspace).role == .owner)
        #expect(try directory.store.actor(for: viewer, in: workspace).role == .viewer)
        #expect(throws: AccountError(.denied, "")) {
            try directory.store.createWorkspace(named: "Other", id: nil, by: owner)
        }
    }
}
