import Foundation
import Testing

/// People who sign in, and what they may do, by the commands alone.
@Suite struct AccountCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func server(_ options: String...) throws -> Server {
        try Server(
            in: scratch,
            options: ["--no-verification", "--password-cost", "14", "--owner", "ada@example.org"] + options,
            isFresh: true)
    }

    /// The owner, signed in, with a library of her own on the server.
    private func ada(_ server: Server) throws -> Node {
        let ada = Node("ada", in: scratch)
        try ada.run("init", "--name", "Stage team", "--node", "ada")
        try ada.run("new", "greeting", "--body", "first")
        try ada.run("edit", "greeting", "--body", "second")
        try ada.login(server, "ada@example.org", passwords: try server.ownersPassword(), "password-of-ada")
        try ada.run("connect", server.url)
        try ada.sync()
        return ada
    }

    private func invite(_ email: String, by node: Node, to server: Server, _ options: String...) throws -> Node {
        let code = try node.run(["invite", email] + options).line
        let guest = Node(email.replacing(/@.*/, with: ""), in: scratch)
        try guest.login(server, email, "--register", "--invitation", code, passwords: "password-of-\(guest.name)")
        return guest
    }

    @Test("A library that began offline goes on as a workspace of the server, with its history, and is shared there")
    func ownLibrary() throws {
        let server = try server()
        let ada = try ada(server)
        let grace = try invite("grace@example.org", by: ada, to: server)
        #expect(try grace.json("connect", server.url)["outcome"].string == "created")
        try grace.sync()
        #expect(try grace.digest() == ada.digest())
        #expect(try grace.run("show", "greeting", "--version", "v1").output == "first")
        #expect(try grace.json("status")["workspace"].string == "Stage team")
        #expect(try ada.items("members").strings("email") == ["ada@example.org", "grace@example.org"])
        try grace.run("edit", "greeting", "--body", "third")
        try settle(grace, ada)
        #expect(try ada.run("show", "greeting").output == "third")
        let me = try grace.json("whoami")
        #expect(me["email"].string == "grace@example.org" && me["workspaces"].array?.count == 1)
        #expect(try server.process.stop() == 0)
    }

    @Test("Who signs in anew, as the key of this machine was ended elsewhere, need not connect anew")
    func signedInAnew() throws {
        let server = try server()
        let ada = try ada(server)
        _ = try shell("sqlite3 \(quoted(server.node.data + "/directory.sqlite")) \"UPDATE api_keys SET ended_at = 1\"")
        #expect(try ada.attempt("sync").status != 0)
        try ada.login(server, "ada@example.org", passwords: "password-of-ada")
        try ada.sync()
        // A key that was given by hand is left alone.
        let key = try ada.run("keys", "create", "by hand").output.split(separator: "\n").first { $0.hasPrefix("obk_") }
        try ada.run("connect", server.url, "--token", String(try #require(key)))
        try ada.login(server, "ada@example.org", passwords: "password-of-ada")
        let file = try FileManager.default.contentsOfDirectory(atPath: ada.data + "/workspaces")
            .first { $0.hasSuffix(".server.json") }
        let connection = try String(contentsOfFile: ada.data + "/workspaces/" + #require(file), encoding: .utf8)
        #expect(connection.contains(try #require(key)))
    }

    @Test("Roles change, members go, and each is told what they may not do")
    func roles() throws {
        let server = try server()
        let ada = try ada(server)
        let grace = try invite("grace@example.org", by: ada, to: server)
        try grace.run("connect", server.url)
        try grace.sync()
        let refused = try grace.attempt("invite", "eve@example.org")
        #expect(refused.status == 1 && refused.error.contains("admin"), "\(refused)")
        try ada.run("members", "role", "grace@example.org", "admin")
        try grace.run("invite", "eve@example.org", "--role", "viewer")
        #expect(try grace.attempt("members", "role", "ada@example.org", "viewer").status == 1)
        try grace.run("members", "withdraw", "eve@example.org")
        #expect(try grace.attempt("members", "withdraw", "eve@example.org").status == 3)
        try ada.run("members", "remove", "grace@example.org")
        #expect(try ada.items("members").strings("email") == ["ada@example.org"])
        #expect(try grace.attempt("members").status == 3, "the workspace is not there for her")
        let last = try ada.attempt("members", "remove", "nobody@example.org")
        #expect(last.status == 3, "\(last)")
    }

    @Test("Groups are shared with somebody outside the workspace, and projects kept for some")
    func sharing() throws {
        let server = try server()
        let ada = try ada(server)
        let guest = Node("guest", in: scratch)
        try guest.login(server, "guest@example.org", "--register", passwords: "password-of-guest")
        try ada.run("group", "create", "lines")
        try ada.run("group", "add", "lines", "greeting")
        #expect(
            try ada.attempt("share", "lines", "--with", "guest@example.org").status == 3, "the server has it not yet")
        try ada.sync()
        let shares = try ada.items("share", "lines", "--with", "guest@example.org", "--edit")
        #expect(shares.strings("user") == ["guest@example.org"] && shares.strings("permission") == ["edit"])
        #expect(try ada.attempt("share", "lines", "--with", "nobody@example.org").status == 3)
        #expect(try ada.items("share", "lines", "--everyone").count == 2)
        #expect(try ada.items("unshare", "lines", "--everyone").count == 1)
        #expect(try ada.attempt("unshare", "lines", "--everyone").status == 3)
        try ada.run("project", "create", "secret")
        try ada.sync()
        let grace = try invite("grace@example.org", by: ada, to: server)
        #expect(try ada.json("project", "access", "secret")["restricted"].bool == false)
        let access = try ada.json("project", "access", "secret", "--restrict", "--add", "grace@example.org")
        #expect(access["restricted"].bool == true && access["members"].array?.count == 1)
        #expect(
            try ada.json("project", "access", "secret", "--remove", "grace@example.org")["members"].array?.isEmpty
                == true)
        try grace.run("connect", server.url)
        #expect(try grace.attempt("project", "access", "secret", "--open").status != 0)
    }

    @Test("A machine's key lies in a file for its owner only, and ends with logout; API keys narrow what they open")
    func keys() throws {
        let server = try server()
        let ada = try ada(server)
        let file = ada.data + "/credentials.json"
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let key = try ada.run("keys", "create", "nightly", "--permission", "read").line
        #expect(key.hasPrefix("obk_"))
        #expect(try ada.items("keys").strings("name") == ["ada", "nightly"])
        let program = Node("program", in: scratch)
        try program.connect(server, key)
        try program.sync()
        #expect(try program.digest() == ada.digest())
        try ada.run("keys", "revoke", "nightly")
        #expect(try program.attempt("sync").status == 1)
        try ada.run("logout")
        #expect(try ada.attempt("whoami").status == 1)
        #expect(try ada.attempt("sync").status == 1, "its key has ended")
        try ada.run("new", "offline", "--body", "goes on")
        try ada.login(server, "ada@example.org", passwords: "password-of-ada")
        try ada.run("connect", server.url)
        try ada.sync()
    }

    @Test("Several workspaces of one account: none is guessed")
    func several() throws {
        let server = try server()
        let ada = try ada(server)
        try ada.run("workspaces", "create", "Second")
        #expect(try ada.items("workspaces").strings("name") == ["Second", "Stage team"])
        let laptop = Node("laptop", in: scratch)
        try laptop.login(server, "ada@example.org", passwords: "password-of-ada")
        let unclear = try laptop.attempt("connect", server.url)
        #expect(unclear.status == 3 && unclear.error.contains("Second") && unclear.error.contains("--to"), "\(unclear)")
        #expect(try laptop.attempt("connect", server.url, "--to", "Third").status == 3)
        try laptop.run("connect", server.url, "--to", "Second")
        try laptop.sync()
        #expect(try laptop.json("status")["workspace"].string == "Second")
        try laptop.run("new", "in second", "--body", "x")
        try laptop.sync()
        #expect(try ada.sync()["received"].int == 0)
    }

    @Test("What the server makes of it is in the audit log, and no secret is in its log or its output")
    func auditAndLogs() throws {
        let server = try server()
        let once = try server.ownersPassword()
        let ada = try ada(server)
        let code = try ada.run("invite", "grace@example.org").line
        let grace = Node("grace", in: scratch)
        try grace.login(
            server, "grace@example.org", "--register", "--invitation", code, passwords: "password-of-grace")
        let wrong = try grace.attempt(
            ["login", server.url, "--email", "grace@example.org", "--password-stdin"], input: "a-wrong-password-77\n")
        #expect(wrong.status == 1 && wrong.error.contains("wrong"), "\(wrong)")
        let key = try ada.run("keys", "create", "k").line
        let tokens = try server.json(
            "POST", "/api/v1/auth/login", #"{"email":"grace@example.org","password":"password-of-grace"}"#)
        _ = try server.ask("GET", "/reset-password?token=\(String(repeating: "ab", count: 48))")
        let actions = Set(try server.node.items("admin", "audit").strings("action"))
        for action in [
            "owner-created", "signed-in", "invited", "registered", "member-added", "sign-in-failed", "key-created",
        ] {
            #expect(actions.contains(action), "\(action)")
        }
        #expect(try server.node.items("admin", "audit", "--action", "invited").count == 1)
        #expect(try server.process.stop() == 0)
        let log = server.process.error
        #expect(log.contains("/api/v1/auth/login"))
        let secrets = [
            once, "password-of-ada", "password-of-grace", "a-wrong-password-77", code, key,
            tokens["access_token"].string ?? "-", tokens["refresh_token"].string ?? "-",
            String(repeating: "ab", count: 48),
        ]
        for secret in secrets { #expect(!log.contains(secret), "\(secret)") }
        #expect(server.process.output.components(separatedBy: once).count == 2, "once")
    }

    @Test("Who pushes what came to them in a file answers for it: the server says whose it was, and via whom")
    func carried() throws {
        let server = try server()
        let ada = try ada(server)
        let author = Node("author", in: scratch)
        try ada.carry(to: author)
        try author.run("new", "from afar", "--body", "written by somebody without an account")
        #expect(try server.node.items("admin", "carried").isEmpty)
        try author.carry(to: ada)
        try ada.sync()
        let carried = try server.node.items("admin", "carried")
        #expect(carried.contains { $0["table"].string == "prompts" && $0["account"].string == "ada@example.org" })
        #expect(carried.allSatisfy { $0["author"].string?.isEmpty == false && $0["node"].string == "ada" })
    }

    @Test("The owner's password is printed at the first start only, and can be made anew on the server")
    func owner() throws {
        let server = try server()
        _ = try server.ownersPassword()
        try server.restart()
        #expect(!server.process.output.contains("password"))
        let password = try server.node.run("admin", "owner", "create", "ada@example.org").line
        let ada = Node("ada", in: scratch)
        try ada.login(server, "ada@example.org", passwords: password, "password-of-ada")
        let again = try ada.attempt(
            ["login", server.url, "--email", "ada@example.org", "--password-stdin"], input: password + "\nanother-one\n"
        )
        #expect(again.status == 1, "it works once")
    }

    @Test("Errors are problems with a type, a field and the request's id")
    func problems() throws {
        let server = try server("--no-registration")
        let cases: [(String, String, String?, Int, String)] = [
            (
                "POST", "/api/v1/auth/login", #"{"email":"a@b.example","password":"wrong-password"}"#, 401,
                "wrong-credentials"
            ),
            ("POST", "/api/v1/auth/login", #"{"email":"a@b.example"}"#, 400, "invalid"),
            ("POST", "/api/v1/auth/login", "no JSON", 400, "invalid"),
            (
                "POST", "/api/v1/auth/register", #"{"email":"a@b.example","password":"some-password"}"#, 403,
                "registration-closed"
            ),
            ("POST", "/api/v1/auth/register", #"{"email":"a@b.example","password":"short"}"#, 400, "invalid"),
            ("POST", "/api/v1/auth/refresh", #"{"refresh_token":"x"}"#, 401, "unauthorized"),
            ("POST", "/api/v1/auth/reset-password", #"{"token":"x","password":"some-password"}"#, 400, "wrong-code"),
            ("GET", "/api/v1/users/me", nil, 401, "unauthorized"),
            ("GET", "/api/v1/admin/audit", nil, 401, "unauthorized"),
            ("GET", "/api/v1/workspaces/x/members", nil, 401, "unauthorized"),
        ]
        for (method, path, body, status, code) in cases {
            let answer = try server.ask(method, path, body)
            #expect(answer.status == status, "\(method) \(path) \(body ?? ""): \(answer)")
            let problem = try JSON(parsing: answer.body)
            #expect(problem["type"].string == "urn:offbook:problem:\(code)", "\(answer)")
            #expect(problem["request_id"].string?.isEmpty == false && problem["detail"].string?.isEmpty == false)
        }
        let missing = try JSON(parsing: server.ask("POST", "/api/v1/auth/login", #"{"email":"a@b.example"}"#).body)
        #expect(missing["field"].string == "password")
        let mail = try server.json("POST", "/api/v1/auth/forgot-password", #"{"email":"a@b.example"}"#)
        #expect(mail["sends_mail"].bool == false && mail["detail"].string?.contains("no mail") == true)
        #expect(server.process.error.contains("no mail is sent"))
    }
}
