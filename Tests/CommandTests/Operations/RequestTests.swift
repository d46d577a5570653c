import Foundation
import Testing

/// An answer with its headers, by their names in small letters.
struct HeadedAnswer {
    var status: Int
    var headers: [String: String]
    var body: String

    init(parsing text: String) throws {
        let parts = text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1)
        let lines = parts.first?.split(separator: "\n") ?? []
        guard let first = lines.first, let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Complaint("no answer: \(text)") }
        self.status = status
        headers = Dictionary(
            lines.dropFirst().map { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                return (pair[0].lowercased(), pair.count > 1 ? pair[1].trimmingCharacters(in: .whitespaces) : "")
            }
        ) { "\($0), \($1)" }
        body = parts.count > 1 ? String(parts[1]) : ""
    }
}

extension Server {
    /// Asks by curl, and gives the answer with its headers.
    func headed(_ path: String, _ options: String...) throws -> HeadedAnswer {
        let words = ["curl", "-sS", "-i"] + options + [url + path]
        let result = try shell("exec " + words.map(quoted).joined(separator: " "))
        guard result.status == 0 else { throw Complaint("curl: \(result.error)") }
        return try HeadedAnswer(parsing: result.output)
    }
}

@Suite struct RequestLimitTests {
    private let limits = ["OFFBOOK_RATE_LIMIT": "6", "OFFBOOK_RATE_BURST": "3"]

    @Test("Who asks too much is told when to ask again; checks of health are never refused")
    func refused() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, environment: limits)
        let answers = try (0..<5).map { _ in try server.headed("/api/v1/auth/session") }
        #expect(answers.map(\.status) == [401, 401, 401, 429, 429])
        #expect(answers[0].headers["ratelimit-limit"] == "3" && answers[0].headers["ratelimit-remaining"] == "2")
        let refusal = answers[3]
        #expect((1...10).contains(Int(refusal.headers["retry-after"] ?? "") ?? 0))
        #expect(refusal.headers["content-type"] == "application/problem+json")
        #expect(try JSON(parsing: refusal.body)["type"].string == "urn:offbook:problem:rate-limited")
        #expect(refusal.headers["ratelimit-remaining"] == "0")
        for path in ["/healthz", "/readyz", "/metrics"] { #expect(try server.headed(path).status == 200) }
    }

    @Test("A key that opens something counts for itself, and syncs without limit; made-up ones count for their address")
    func byKey() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, environment: limits)
        let token = try server.token()
        let bearer = ["-H", "Authorization: Bearer \(token)"]
        // The first one counts against the address, as nobody knows yet that it opens something.
        let own = try (0..<5).map { _ in try server.headed("/api/v1/workspaces", bearer[0], bearer[1]).status }
        #expect(own == [200, 200, 200, 200, 429])
        for number in 0..<2 {
            let status = try server.headed("/api/v1/workspaces", "-H", "Authorization: Bearer obk_\(number)").status
            #expect(status == 401)
        }
        #expect(try server.headed("/api/v1/workspaces", "-H", "Authorization: Bearer obk_9").status == 429)

        let node = Node("node", in: scratch)
        try node.run("connect", server.url, "--token", token)
        for number in 0..<6 {
            try node.run("new", "p\(number)", "--body", "x")
            try node.sync()
        }
    }

    @Test("A sync that is refused for its number says so to people")
    func refusedSync() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, environment: limits)
        let token = try server.token()
        for _ in 0..<3 { _ = try server.headed("/health") }
        let outcome = try Node("node", in: scratch).attempt("connect", server.url, "--token", token)
        #expect(outcome.status == 1 && outcome.error.contains("too many requests"), "\(outcome)")
    }

    @Test("Behind a proxy each client counts for itself")
    func behindProxy() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, options: ["--behind-proxy"], environment: limits)
        for client in ["192.0.2.1", "192.0.2.2"] {
            let answers = try (0..<4).map { _ in
                try server.headed("/health", "-H", "X-Forwarded-For: 203.0.113.\(Int.random(in: 0..<256)), \(client)")
            }
            #expect(answers.map(\.status) == [200, 200, 200, 429])
        }
    }
}

@Suite struct AnswerHeaderTests {
    @Test("Every answer has the headers that browsers heed, an id and its time")
    func headers() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        for path in ["/healthz", "/nothing", "/api/v1/auth/session", "/reset-password"] {
            let headers = try server.headed(path).headers
            #expect(headers["x-content-type-options"] == "nosniff", "\(path)")
            #expect(headers["x-frame-options"] == "DENY", "\(path)")
            #expect(headers["referrer-policy"] == "no-referrer", "\(path)")
            #expect(headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true, "\(path)")
            #expect(headers["x-request-id"]?.isEmpty == false, "\(path)")
            #expect(headers["server-timing"]?.hasPrefix("app;dur=") == true, "\(path)")
            #expect(headers["strict-transport-security"] == nil)
        }
        // The page that has a form may send it.
        #expect(
            try server.headed("/reset-password").headers["content-security-policy"]?.contains("form-action 'self'")
                == true)
    }

    @Test("Pages of listed origins may ask, those of others may not")
    func origins() throws {
        let scratch = try Scratch()
        let server = try Server(
            in: scratch, options: ["--cors-origins", "https://a.example", "--cors-origins", "http://b.example:8080"])
        for origin in ["https://a.example", "http://b.example:8080"] {
            let answer = try server.headed("/api/v1/auth/session", "-H", "Origin: \(origin)")
            #expect(answer.headers["access-control-allow-origin"] == origin)
            #expect(answer.headers["access-control-expose-headers"]?.contains("ETag") == true)
            #expect(answer.headers["vary"] == "Origin")
            let asked = try server.headed(
                "/api/v1/auth/login", "-X", "OPTIONS", "-H", "Origin: \(origin)",
                "-H", "Access-Control-Request-Method: POST")
            #expect(asked.status == 204 && asked.headers["access-control-allow-origin"] == origin)
            #expect(asked.headers["access-control-allow-headers"]?.lowercased().contains("if-match") == true)
        }
        for origin in ["https://evil.example", "https://a.example.evil.example", "http://a.example", "null"] {
            let answer = try server.headed("/api/v1/auth/session", "-H", "Origin: \(origin)")
            #expect(answer.headers["access-control-allow-origin"] == nil, "\(origin)")
            #expect(answer.headers["vary"] == "Origin")
        }
    }
}

@Suite struct ServerLogTests {
    /// The lines of the log, of which each has to be an object.
    private func lines(_ server: Server) throws -> [JSON] {
        try server.process.error.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    @Test("Each request has a line with its id, trace, route, status and time")
    func line() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let answer = try server.headed(
            "/api/v1/auth/session?secret=swordfish", "-H", "X-Request-ID: my-own.1",
            "-H", "traceparent: 00-\(trace)-00f067aa0ba902b7-01")
        #expect(answer.headers["x-request-id"] == "my-own.1")
        #expect(try JSON(parsing: answer.body)["request_id"].string == "my-own.1")
        let line = try #require(try lines(server).first("request_id", "my-own.1"))
        #expect(line["trace_id"].string == trace)
        #expect(line["method"].string == "GET" && line["path"].string == "/api/v1/auth/session")
        #expect(line["status"].string == "401" && line["from"].string == "127.0.0.1")
        #expect(Double(line["duration_ms"].string ?? "").map { $0 > 0 } == true)
    }

    @Test(
        "An id or a trace of another form is not taken",
        arguments: [
            "X-Request-ID: a b", "X-Request-ID: \(String(repeating: "x", count: 129))",
            "traceparent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "traceparent: 00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "traceparent: x",
        ])
    func notTaken(header: String) throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let answer = try server.headed("/nothing", "-H", header)
        let id = try #require(answer.headers["x-request-id"])
        #expect(id.wholeMatch(of: /[0-9a-f]+/) != nil)
        let line = try #require(try lines(server).first("request_id", id))
        #expect(line["trace_id"].isNull)
    }

    @Test("No password, token, key or code of a request gets into the log, at its most talkative")
    func secrets() throws {
        let scratch = try Scratch()
        let server = try Server(
            in: scratch, options: ["--log-level", "trace", "--password-cost", "14", "--no-verification"],
            environment: ["OFFBOOK_METRICS_TOKEN": "metrics-swordfish"])
        let token = try server.token()
        _ = try server.ask(
            "POST", "/api/v1/auth/register", #"{"email": "ada@example.org", "password": "pass-swordfish"}"#)
        let login = try server.json(
            "POST", "/api/v1/auth/login", #"{"email": "ada@example.org", "password": "pass-swordfish"}"#)
        _ = try server.ask(
            "POST", "/api/v1/auth/login", #"{"email": "ada@example.org", "password": "wrong-swordfish"}"#)
        let access = try #require(login["access_token"].string)
        let refresh = try #require(login["refresh_token"].string)
        _ = try server.json("POST", "/api/v1/auth/refresh", #"{"refresh_token": "\#(refresh)"}"#)
        _ = try server.ask("GET", "/api/v1/users/me?token=query-swordfish", token: access)
        _ = try server.ask("GET", "/metrics", token: "metrics-swordfish")
        _ = try server.ask("GET", "/api/v1/\(token)", token: token)
        let node = Node("node", in: scratch)
        try node.run("connect", server.url, "--token", token)
        try node.sync()
        #expect(try server.process.stop() == 0)
        let log = server.process.error
        #expect(try lines(server).count > 8)
        for secret in ["swordfish", access, refresh, token] { #expect(!log.contains(secret)) }
    }
}
