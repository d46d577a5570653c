import Foundation
import Testing

/// What is written through the JSON interface and what is written on a laptop are one library.
@Suite struct RESTTests {
    @Test("An edit through REST is a version that `offbook sync` brings, and one on a laptop is one that REST shows")
    func bothWays() throws {
        let scratch = try Scratch()
        let server = try Server(
            in: scratch, options: ["--no-verification", "--password-cost", "14", "--owner", "ada@example.org"],
            isFresh: true)
        let once = try server.ownersPassword()
        let ada = Node("ada", in: scratch)
        try ada.run("init", "--name", "Stage team", "--node", "ada")
        try ada.run("new", "greeting", "--body", "first")
        try ada.login(server, "ada@example.org", passwords: once, "password-of-ada")
        try ada.run("connect", server.url)
        try ada.sync()
        let login = try server.json(
            "POST", "/api/v1/auth/login", #"{"email": "ada@example.org", "password": "password-of-ada"}"#)
        let token = login["access_token"].string
        let found = try server.json("GET", "/api/v1/prompts/by-name?name=greeting", token: token)
        let path = "/api/v1/prompts/\(found["id"].string ?? "")"
        #expect(found["body"].string == "first")
        _ = try server.json("PUT", path, #"{"body": "second, by REST", "message": "from the web"}"#, token: token)
        try ada.sync()
        #expect(try ada.run("show", "greeting").output == "second, by REST")
        let versions = try ada.items("history", "greeting")
        #expect(versions.strings("message") == ["from the web", ""])
        #expect(versions.strings("node") == ["server", "ada"])
        try ada.run("edit", "greeting", "--body", "third, on the laptop")
        _ = try server.json("PUT", path, #"{"body": "third, by REST"}"#, token: token)
        try ada.sync()
        let now = try server.json("GET", path, token: token)
        #expect(now["divergences"].int == 1)
        #expect(try ada.json("show", "greeting")["prompt"]["divergences"].int == 1)
        try Self.expectCandidates(server, token, ada, scratch)
        _ = try server.json("POST", path + "/merge", #"{"body": "fourth"}"#, token: token)
        try ada.sync()
        #expect(try ada.run("show", "greeting").output == "fourth")
        #expect(try ada.run("doctor", "--deep").status == 0)
        let status = try server.process.stop()
        #expect(status == 0, "\(status) \(server.process.error.suffix(1500))")
    }

    /// Two who did not know of one another gave one name to two prompts.
    private static func expectCandidates(_ server: Server, _ token: String?, _ ada: Node, _ scratch: Scratch) throws {
        let other = Node("other", in: scratch)
        try other.login(server, "ada@example.org", passwords: "password-of-ada")
        try other.run("connect", server.url)
        try other.run("new", "a/b", "--body", "one")
        try ada.run("new", "a/b", "--body", "two")
        try other.sync()
        try ada.sync()
        let answer = try server.ask("GET", "/api/v1/prompts/by-name?name=a/b", token: token)
        #expect(answer.status == 409)
        #expect(try JSON(parsing: answer.body)["candidates"].array?.count == 2)
    }
}
