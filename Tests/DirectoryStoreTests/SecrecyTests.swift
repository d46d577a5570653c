import AccessControl
import DirectoryStore
import Foundation
import Testing

@Suite("Secrets") struct SecrecyTests {
    @Test("Nothing that opens anything lies in the files in clear")
    func files() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        try directory.person("ada@b.example")
        let ada = try directory.caller("ada@b.example")
        let tokens = try directory.signIn("ada@b.example")
        let later = try directory.store.refresh(tokens.refreshToken, from: elsewhere)
        let key = try directory.store.createKey(APIKeyRequest(name: "k"), by: ada)
        let device = try directory.store.signInDevice(
            SignInRequest(email: "ada@b.example", password: goodPassword), name: "laptop", from: elsewhere)
        let token = try directory.store.createToken(workspace: "Other")
        let invitation = try directory.store.invite("new@b.example", as: .member, to: team.workspace, by: team.owner)
        try directory.store.forgotPassword(email: "ada@b.example", from: elsewhere)
        let link = try directory.link(mailedTo: "ada@b.example")
        let once = try directory.store.createOwner(email: "second@b.example")
        _ = try? directory.signIn("ada@b.example", "a-wrong-password-c41d")
        let secrets = [
            goodPassword, "a-wrong-password-c41d", tokens.accessToken, tokens.refreshToken, later.refreshToken,
            key.text,
            device.key.text, token, invitation.code, link, once, String(link.suffix(64)),
        ]
        let files = try directory.files()
        #expect(files.keys.contains("directory.sqlite"))
        for (name, content) in files {
            for secret in secrets { #expect(content.range(of: Data(secret.utf8)) == nil, "\(name): \(secret)") }
        }
        // It is the right place to look: what is no secret is there.
        #expect(files.values.contains { $0.range(of: Data("ada@b.example".utf8)) != nil })
    }

    @Test("A mailed code of six digits is no plain hash either, and the server's key is its owner's only")
    func codes() throws {
        let directory = try TestDirectory()
        _ = try directory.store.register(NewAccount(email: "a@b.example", password: goodPassword), from: elsewhere)
        let code = try directory.code(mailedTo: "a@b.example")
        for (name, content) in try directory.files() where name.hasPrefix("directory.sqlite") {
            #expect(content.range(of: Data(code.utf8)) == nil, "\(name)")
        }
        let key = try FileManager.default.attributesOfItem(atPath: directory.folder + "/directory.key")
        #expect(key[.posixPermissions] as? Int == 0o600)
    }
}
