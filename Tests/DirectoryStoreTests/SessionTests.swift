import Changesets
import DirectoryStore
import Foundation
import Testing

@Suite("Sessions") struct SessionTests {
    @Test("A refresh token works once; used again it ends the session, for whoever holds its successor too")
    func reuse() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let (first, other) = (try directory.signIn("ada@b.example"), try directory.signIn("ada@b.example"))
        let second = try directory.store.refresh(first.refreshToken, from: elsewhere)
        #expect(try directory.store.caller(bearing: second.accessToken, from: elsewhere) != nil)
        #expect(throws: AccountError(.unauthorized, "")) {
            try directory.store.refresh(first.refreshToken, from: elsewhere)
        }
        #expect(throws: AccountError(.unauthorized, "")) {
            try directory.store.refresh(second.refreshToken, from: elsewhere)
        }
        for tokens in [first, second] {
            #expect(try directory.store.caller(bearing: tokens.accessToken, from: elsewhere) == nil)
        }
        #expect(try directory.actions().contains("refresh-reused"))
        #expect(
            try directory.store.caller(bearing: other.accessToken, from: elsewhere) != nil, "another sign-in goes on")
    }

    @Test("Of many that refresh at once with one token, one at most goes on")
    func parallel() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let token = try directory.signIn("ada@b.example").refreshToken
        let results = atOnce(20) { _ in try directory.store.refresh(token, from: elsewhere) }
        let renewed = results.compactMap { try? $0.get() }
        #expect(renewed.count == 1)
        for tokens in renewed {
            #expect(try directory.store.caller(bearing: tokens.accessToken, from: elsewhere) == nil, "the family ended")
        }
    }

    @Test("An access token lasts 30 minutes, a refresh token 7 days")
    func lives() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let tokens = try directory.signIn("ada@b.example")
        directory.pass(minutes: 29)
        #expect(try directory.store.caller(bearing: tokens.accessToken, from: elsewhere) != nil)
        directory.pass(minutes: 2)
        #expect(try directory.store.caller(bearing: tokens.accessToken, from: elsewhere) == nil)
        directory.pass(minutes: 7 * 24 * 60 - 32)
        let late = try directory.store.refresh(tokens.refreshToken, from: elsewhere)
        directory.pass(minutes: 7 * 24 * 60 + 1)
        #expect(throws: AccountError(.unauthorized, "")) {
            try directory.store.refresh(late.refreshToken, from: elsewhere)
        }
    }

    @Test("What was not signed here, or with another algorithm, or for another use, opens nothing")
    func forged() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let tokens = try directory.signIn("ada@b.example")
        let parts = tokens.accessToken.split(separator: ".").map { String($0) }
        func base64(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacing("=", with: "").replacing("+", with: "-")
                .replacing("/", with: "_")
        }
        let none = base64(#"{"alg":"none","typ":"JWT"}"#)
        let forgeries = [
            "", ".", "..", "a.b.c", "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])",
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1]).\(String(parts[2].dropLast()))",
            "\(parts[0]).\(base64(#"{"type":"access"}"#)).\(parts[2])", tokens.refreshToken, tokens.accessToken + "=",
            tokens.accessToken + ".", String(repeating: "x", count: 100_000), "obk_", "obt_",
        ]
        for forgery in forgeries {
            #expect(try directory.store.caller(bearing: forgery, from: elsewhere) == nil, "\(forgery.prefix(60))")
        }
        #expect(throws: AccountError(.unauthorized, "")) {
            try directory.store.refresh(tokens.accessToken, from: elsewhere)
        }
        // Another server's, which is as good as any.
        let stranger = try TestDirectory()
        try stranger.person("ada@b.example")
        #expect(try stranger.store.caller(bearing: tokens.accessToken, from: elsewhere) == nil)
    }

    @Test("A token has the claims that clients look at")
    func claims() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        let tokens = try directory.signIn("owner@b.example")
        let parts = tokens.accessToken.split(separator: ".").map { String($0) }
        let payload = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - payload.count % 4) % 4)
        let data = try #require(Data(base64Encoded: payload + padding))
        let claims = try JSONDecoder().decode(TokenClaims.self, from: data)
        #expect(claims.sub == tokens.account.id.hex && claims.email == "owner@b.example" && claims.type == "access")
        #expect(claims.workspace == team.workspace.id?.hex && claims.role == "owner")
        #expect(claims.exp - claims.iat == 1800 && !claims.jti.isEmpty)
    }

    @Test("Signing out ends a session, and a machine's key")
    func signOut() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let tokens = try directory.signIn("ada@b.example")
        try directory.store.signOut(directory.caller(bearing: tokens.accessToken))
        #expect(try directory.store.caller(bearing: tokens.accessToken, from: elsewhere) == nil)
        #expect(throws: AccountError(.unauthorized, "")) {
            try directory.store.refresh(tokens.refreshToken, from: elsewhere)
        }
        let request = SignInRequest(email: "ada@b.example", password: goodPassword)
        let device = try directory.store.signInDevice(request, name: "laptop", from: elsewhere)
        try directory.store.signOut(directory.caller(bearing: device.key.text))
        #expect(try directory.store.caller(bearing: device.key.text, from: elsewhere) == nil)
    }
}
