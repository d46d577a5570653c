import Testing

/// What is no revocation.
@Suite("A server that does not answer")
struct UnansweredTests {
    @Test("One that is down, or that does not know the token any more, empties nothing")
    func outage() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let a = Node("a", in: scratch)
        try a.run("init", "--name", "Team")
        try a.run("new", "greeting", "--body", "stays")
        try a.connect(server, token, "--adopt")
        try a.sync()
        _ = try sqlite(server.node.data + "/directory.sqlite", "UPDATE api_keys SET ended_at = 1")
        #expect(try a.attempt("sync").status == 1)
        #expect(try a.run("show", "greeting").output == "stays")
        server.kill()
        #expect(try a.attempt("sync").status == 5)
        #expect(try a.run("show", "greeting").output == "stays")
        #expect(try a.json("status")["lost_access"].bool == false)
    }
}
